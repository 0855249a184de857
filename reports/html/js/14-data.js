// The report's data: columns of numbers into lists of texts kept once. A finding is its place in the columns.

let D = null;

/** A block of the page, base64 of gzip, as a response to read as JSON or as bytes. */
function inflate(text) {
  const packed = atob(text.trim());
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}

const blockText = (id) => document.getElementById(id).textContent;

async function loadReport() {
  const bytes = inflate(blockText('columns')).arrayBuffer();
  const core = await inflate(blockText('core')).json();
  takeColumns(core, await bytes);
  D = core;
  D.count = D.findings.rule.length;
  D.resourceCount = D.resources.id.length;
  D.verdictCount = VERDICTS.reduce((sum, name) => sum + D.totals[name], 0);
  D.accounts = distinct([...(D.snapshot.accounts || []), ...textsOf(D.resources.account)]);
  D.isCode = ['terraform', 'cloudformation'].includes(D.snapshot.source);
  D.calls = D.gaps.filter((gap) => gap.incomplete);
  D.isIncomplete = D.calls.length > 0;
  const decided = D.verdictCount - D.totals.unknown;
  D.isUnreadable = decided === 0 && (D.totals.unknown > 0 || D.gaps.length > 0);
}

const WIDTHS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

/** Typed arrays over the bytes, as the layout says: `f.` are findings' columns, `r.` resources'. */
function takeColumns(core, buffer) {
  core.findings = { rule: [], resource: [], verdict: [], severity: [], change: [] };
  core.resources = { id: [], account: [], type: [], block: [] };
  let at = 0;
  for (const [name, width, length] of core.layout) {
    const column = new WIDTHS[width](buffer, at, length);
    if (name.startsWith('f.')) core.findings[name.slice(2)] = column;
    else if (name.startsWith('r.')) core.resources[name.slice(2)] = column;
    else core[name] = column;
    at += Math.ceil((width * length) / 4) * 4;
  }
}

/** The different texts that a column points at. */
const textsOf = (column) => [...new Set(column)].map((i) => D?.strings[i] ?? '');

const distinct = (list) => [...new Set(list)].filter((item) => item !== '').sort();

const ruleOf = (f) => D.rules[D.findings.rule[f]];
const verdictOf = (f) => D.findings.verdict[f];
const severityOf = (f) => D.findings.severity[f];
const changeOf = (f) => D.changeNames[D.findings.change[f]];
const resourceText = (r, column) => D.strings[D.resources[column][r]];
const textOf = (f, column) => D.strings[D.findings[column][f]];
const nameOf = (f) => resourceText(D.findings.resource[f], 'name');
const idOf = (f) => resourceText(D.findings.resource[f], 'id');
const typeOf = (f) => resourceText(D.findings.resource[f], 'type');
const accountOf = (f) => resourceText(D.findings.resource[f], 'account');
const regionOf = (f) => resourceText(D.findings.resource[f], 'region');
const whyOf = (f) => textOf(f, 'why');
const foundOf = (f) => textOf(f, 'found');
const bindingOf = (f) => textOf(f, 'binding');
const codePlaceOf = (f) => textOf(f, 'place');
const messageOf = (f) => textOf(f, 'message') || ruleOf(f).title;
const gapsOf = (f) => D.gapSets[D.findings.gaps[f]];
const tagsOf = (r) => D.tags[D.resources.tags[r]];

const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/** The 32 hex digits that name a finding. */
function fingerprintOf(f) {
  let text = '';
  for (let i = f * 16; i < f * 16 + 16; i++) text += HEX[D.fingerprint[i]];
  return text;
}

/** The finding of that name, or undefined. */
function findingNamed(fingerprint) {
  if (!/^[0-9a-f]{32}$/.test(fingerprint)) return undefined;
  const first = parseInt(fingerprint.slice(0, 2), 16);
  for (let f = 0; f < D.count; f++) {
    if (D.fingerprint[f * 16] === first && fingerprintOf(f) === fingerprint) return f;
  }
  return undefined;
}

/** An id as a link can hold it: half a surrogate pair cannot be in an address, so the place stands for it. */
const linkId = (r) => (LONE.test(resourceText(r, 'id')) ? '~' + r : resourceText(r, 'id'));

/** The resource of that id or `~place`, or undefined. */
function resourceNamed(id) {
  const place = /^~(\d+)$/.exec(id);
  if (place) return Number(place[1]) < D.resourceCount ? Number(place[1]) : undefined;
  const text = D.strings.indexOf(id);
  const r = text < 0 ? -1 : D.resources.id.indexOf(text);
  return r < 0 ? undefined : r;
}

const accountName = (account) => account || 'account not told';
const regionName = (region) => region || 'region not told';
const shortType = (type) => type.replace(/^AWS::/, '');

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

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-11-24T01:02:03Z` as `2026-11-24 01:02 UTC`. */
function timeWords(value) {
  const text = String(value || '');
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)
    ? text.slice(0, 10) + ' ' + text.slice(11, 16) + ' UTC'
    : text;
}

/** The same as `24 Nov`; `01:02 UTC` on the day of the scan itself. */
function dayWords(value) {
  const words = timeWords(value);
  if (words.endsWith(' UTC') && words.slice(0, 10) === takenAt().slice(0, 10)) return words.slice(11);
  const [, month, day] = /^\d{4}-(\d\d)-(\d\d)/.exec(String(value || '')) || [];
  return MONTHS[month - 1] ? Number(day) + ' ' + MONTHS[month - 1] : 'the earlier scan';
}

const takenAt = () => timeWords(D.snapshot.taken_at);
