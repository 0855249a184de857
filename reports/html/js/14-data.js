// The report's data: columns of numbers into lists of texts kept once. A finding is its place in the columns.

let D = null;
let detailsPromise = null;

/** Read one of the page's data blocks: base64 of gzipped JSON. */
async function inflate(id) {
  const text = atob(document.getElementById(id).textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
}

async function loadReport() {
  D = await inflate('data');
  const empty = {
    rule: [],
    resource: [],
    verdict: [],
    severity: [],
    message: [],
    found: [],
    place: [],
    binding: [],
    why: [],
    gaps: [],
    fingerprint: [],
  };
  D.findings = Object.assign(empty, D.findings);
  D.count = D.findings.rule.length;
  D.verdicts = VERDICTS.reduce((sum, name) => sum + D.totals[name], 0);
  D.accounts = distinct([...(D.snapshot.accounts || []), ...D.resources.account.map((i) => D.strings[i])]);
  D.isCode = ['terraform', 'cloudformation'].includes(D.snapshot.source);
  D.calls = D.gaps.filter((gap) => gap.incomplete);
  D.isIncomplete = D.calls.length > 0;
  const decided = D.verdicts - D.totals.unknown;
  D.isUnreadable = decided === 0 && (D.totals.unknown > 0 || D.gaps.length > 0);
  D.byFingerprint = new Map(D.findings.fingerprint.map((fingerprint, i) => [fingerprint, i]));
}

/** Evidence, fixes and configurations; inflated once, when first needed. */
function loadDetails() {
  detailsPromise ||= inflate('details');
  return detailsPromise;
}

const distinct = (list) => [...new Set(list)].filter((item) => item !== '').sort();

const ruleOf = (f) => D.rules[D.findings.rule[f]];
const verdictOf = (f) => D.findings.verdict[f];
const severityOf = (f) => D.findings.severity[f];
const resourceText = (r, column) => D.strings[D.resources[column][r]];
const nameOf = (f) => resourceText(D.findings.resource[f], 'name');
const idOf = (f) => resourceText(D.findings.resource[f], 'id');
const typeOf = (f) => resourceText(D.findings.resource[f], 'type');
const accountOf = (f) => resourceText(D.findings.resource[f], 'account');
const regionOf = (f) => resourceText(D.findings.resource[f], 'region');
const whyOf = (f) => D.strings[D.findings.why[f]];
const foundOf = (f) => (D.findings.found[f] < 0 ? '' : D.strings[D.findings.found[f]]);
const bindingOf = (f) => D.strings[D.findings.binding[f]];
const codePlaceOf = (f) => D.strings[D.findings.place[f]];
const messageOf = (f) => (D.findings.message[f] < 0 ? ruleOf(f).title : D.strings[D.findings.message[f]]);
const tagsOf = (r) => (D.resources.tags[r] < 0 ? [] : D.tags[D.resources.tags[r]]);

const accountName = (account) => account || 'account not told';
const regionName = (region) => region || 'region not told';
const shortType = (type) => type.replace(/^AWS::/, '');

/** Counts of the five verdicts among the findings that a test takes. */
function countVerdicts(test) {
  const counts = VERDICTS.map(() => 0);
  for (let f = 0; f < D.count; f++) if (test(f)) counts[verdictOf(f)]++;
  return counts;
}

/** Where the report looked, as the end of a sentence. */
function scopeWords() {
  if (D.accounts.length) return 'in\u00a0' + plural(D.accounts.length, 'account').replace(' ', '\u00a0');
  return D.snapshot.source === 'terraform'
    ? 'in this plan'
    : D.isCode
      ? 'in these templates'
      : 'in this report';
}

const SOURCES = new Map([
  ['live', 'live accounts'],
  ['recording', 'recorded answers'],
  ['terraform', 'Terraform plan'],
  ['cloudformation', 'CloudFormation'],
  ['mixed', 'several inputs'],
]);
const sourceName = () => SOURCES.get(D.snapshot.source) || D.snapshot.source || '';

/** `2026-11-24T01:02:03Z` as `2026-11-24 01:02 UTC`. */
function takenAt() {
  const text = String(D.snapshot.taken_at || '');
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)
    ? text.slice(0, 10) + ' ' + text.slice(11, 16) + ' UTC'
    : text;
}
