// What a finding is against an earlier report, in words.

const CHANGE_NAMES = new Map([
  ['new', 'New'],
  ['reopened', 'Reopened'],
  ['existing', 'As before'],
  ['fixed', 'Fixed'],
  ['not_assessed', 'Not assessed now'],
]);
const CHANGES = [...CHANGE_NAMES.keys()];
const changeName = (change) => CHANGE_NAMES.get(change) || change;

/** `New`, framed; nothing where the finding is as before or nobody compared. */
function changeTag(f, since) {
  const change = changeOf(f);
  if (change !== 'new' && change !== 'reopened') return null;
  const words = since ? changeName(change) + ' since ' + dayWords(D.baseline?.taken_at) : changeName(change);
  return h('span', { class: 'tag new' }, words);
}

/** How many findings have each change, and how many fails of each severity are new or reopened. */
function changeCounts() {
  if (changeCounts.known) return changeCounts.known;
  const counts = Object.fromEntries(CHANGES.map((name) => [name, 0]));
  const bySeverity = SEVERITIES.map(() => 0);
  for (let f = 0; f < D.count; f++) {
    const change = changeOf(f);
    if (!change) continue;
    counts[change]++;
    if (verdictOf(f) === FAIL && (change === 'new' || change === 'reopened')) bySeverity[severityOf(f)]++;
  }
  return (changeCounts.known = { ...counts, bySeverity });
}

/** The findings of a change, worst first. */
function changed(change) {
  const found = [];
  for (const f of D.order) if (changeOf(f) === change) found.push(f);
  return found.sort((a, b) => severityOf(a) - severityOf(b));
}
