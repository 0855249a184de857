// Signs of verdicts and severities: a shape and a word first, colour only third.

const VERDICTS = ['fail', 'unknown', 'waived', 'pass', 'not_applicable'];
const [FAIL, UNKNOWN, WAIVED, PASS] = VERDICTS.keys();
const VERDICT_NAMES = ['Fail', 'Unknown', 'Waived', 'Pass', 'Not applicable'];
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const SEVERITY_NAMES = ['Critical', 'High', 'Medium', 'Low', 'Info'];

const WHY_NAMES = new Map([
  ['denied', 'Denied'],
  ['throttled', 'Throttled out'],
  ['error', 'Not answered'],
  ['unsupported', 'Not supported there'],
  ['not_collected', 'Not collected'],
  ['after_apply', 'Known only after apply'],
  ['out_of_scope', 'Outside the input'],
  ['rule_error', 'The rule failed'],
]);
const whyName = (why) => WHY_NAMES.get(why) || why || 'Not told';

const use = (id) => s('use', { href: '#' + id });
const icon = (name, className) =>
  s('svg', { class: 'i ' + (className || ''), 'aria-hidden': 'true' }, use('i-' + name));

function sign(className, id, label) {
  const role = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' };
  return s('svg', { class: className, ...role }, use(id));
}

const verdictIcon = (v, labelled) =>
  sign('vi v-' + VERDICTS[v], 'v-' + VERDICTS[v], labelled && VERDICT_NAMES[v]);
const severityIcon = (n, labelled) => sign('sv s' + n, 's-' + n, labelled && SEVERITY_NAMES[n]);
const verdictSign = (v) => h('span', { class: 'ver v-' + VERDICTS[v] }, verdictIcon(v), VERDICT_NAMES[v]);
const severitySign = (n) => h('span', { class: 'sev s' + n }, severityIcon(n), SEVERITY_NAMES[n]);

/** Counts of the five verdicts as one bar, in their fixed order. Lengths are SVG attributes: styles are not allowed. */
function verdictBar(counts, className, labelled) {
  const whole = counts.reduce((sum, n) => sum + n, 0) || 1;
  const label = 'Verdicts: ' + VERDICT_NAMES.map((name, v) => name + ' ' + (counts[v] || 0)).join(', ');
  const role = labelled ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' };
  const bar = s('svg', { class: className, ...role });
  let x = 0;
  counts.forEach((n, v) => {
    if (!n) return;
    const width = (n / whole) * 100;
    const place = { x: x.toFixed(2) + '%', width: width.toFixed(2) + '%', height: '100%' };
    bar.append(s('rect', { ...place, class: 'f-' + VERDICTS[v] }));
    x += width;
  });
  return bar;
}
