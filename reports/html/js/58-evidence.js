// Evidence beside the claim: found and expected, the deciding document, or what would decide.

const EVIDENCE_SHOWN = 12;

function decidedEvidence(f, { evidence }) {
  if (!evidence.length) return [];
  const boxes = evidence.slice(0, EVIDENCE_SHOWN).map((item) => foundAndExpected(f, item));
  const left = evidence.length - boxes.length;
  const more =
    left > 0
      ? h('p', { class: 'note' }, 'and ' + number(left) + ' more of the same kind, in the JSON report.')
      : null;
  return [section('Why this verdict', null, h('div', { class: 'fes' }, boxes), more)];
}

function foundAndExpected(f, item) {
  const verdict = verdictOf(f) === PASS ? PASS : FAIL;
  const found = item.source ? withoutSource(item.value) : item.value;
  const isLong = valueText(found).includes('\n');
  return h(
    'div',
    { class: isLong ? 'fe long' : 'fe' },
    h('div', {}, h('small', {}, verdictIcon(verdict), 'Value found'), valueCode(found), nullNote(item)),
    h('div', {}, h('small', {}, 'Expected'), valueCode(item.expected)),
    h('div', { class: 'src' }, evidenceSource(item)),
  );
}

const nullNote = (item) => (item.value === null ? h('span', { class: 'dim' }, ' not configured') : null);
/** A fact without empty lists and the pointers to what it was made from: those stand below, as what decided. */
function withoutSource(value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const isTelling = ([key, item]) =>
    key !== 'source' && key !== 'sources' && !(Array.isArray(item) && !item.length);
  return Object.fromEntries(Object.entries(value).filter(isTelling));
}

const valueCode = (value) => h('code', { class: 'val' }, valueText(value));

function evidenceSource(item) {
  const parts = [h('code', {}, item.path || 'the rule')];
  if (item.operation) parts.push(' read by ', h('code', {}, item.operation));
  if (item.source && pointerTo(item.path.split('.')) !== item.source)
    parts.push(', decided by ', h('code', {}, item.source));
  return item.reason ? [parts, ' · ' + item.reason] : parts;
}

/** JSON Pointers that an evidence names, as reference tokens; several stand apart by spaces. */
function pointersOf(item) {
  const sources = String(item.source || '')
    .split(/ (?=\/)/)
    .map(pointerParts)
    .filter(Boolean);
  return sources.length ? sources : pathParts(item.path);
}

/** `A.B[0].C` as reference tokens; nothing where the path is more than a path. */
function pathParts(path) {
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[\d+\])*$/.test(path) || path.startsWith('derived.')) return [];
  return [path.split(/[.[\]]+/).filter(Boolean)];
}

/** The members of the configuration that the evidence points into, each whole, the deciding parts marked. */
function decidingDocuments({ evidence, resource }) {
  const roots = new Map();
  for (const item of evidence) {
    for (const parts of pointersOf(item)) {
      if (!parts.length || resolve(resource.config, parts) === undefined) continue;
      if (!roots.has(parts[0])) roots.set(parts[0], new Set());
      roots.get(parts[0]).add(pointerTo(parts));
    }
  }
  return [...roots].map(([root, hits]) => documentSection(root, resource.config[root], hits)).filter(Boolean);
}

function documentSection(root, value, hits) {
  if (value === null || typeof value !== 'object' || !Object.keys(value).length) return null;
  const isWhole = hits.has(pointerTo([root]));
  const marked = isWhole ? new Set() : hits;
  const note = isWhole ? '' : plural(marked.size, 'deciding part') + ' marked';
  return section(h('code', { class: 'h' }, root), note, codeBlock(jsonRuns(value, [root], marked)));
}

function scrollToHit(block) {
  const hit = $('.hit', block);
  if (!hit) return;
  const above = hit.offsetTop - block.offsetTop;
  if (above + hit.offsetHeight > block.clientHeight) block.scrollTop = Math.max(0, above - 54);
}

function unknownEvidence(f, { evidence, resource }) {
  const boxes = evidence.slice(0, EVIDENCE_SHOWN).map((item) => notRead(item, unknownAt(item, resource)));
  return [
    section(
      'Why there is no verdict',
      null,
      h('div', { class: 'fes' }, boxes),
      h('p', { class: 'note' }, 'Until this is known the verdict is neither a pass nor a fail.'),
    ),
  ];
}

/** What the report says of the unread place that an evidence points at. */
function unknownAt(item, resource) {
  const known = resource.unknown || {};
  return Object.hasOwn(known, item.source) ? known[item.source] : {};
}

function notRead(item, unknown) {
  const what =
    { more: 'may have more elements', opaque: 'not known yet', maybe: 'may be there' }[unknown.kind] ||
    'not read';
  return h(
    'div',
    { class: 'fe hat' },
    h(
      'div',
      { class: 'hatch' },
      h('small', {}, verdictIcon(UNKNOWN), 'Value found'),
      h('code', { class: 'val' }, what),
    ),
    h('div', {}, h('small', {}, 'Reason'), item.reason || whyName(unknown.why)),
    h(
      'div',
      { class: 'src' },
      h('code', {}, item.path || 'The resources of this type'),
      item.operation ? [' would come from ', h('code', {}, item.operation)] : null,
      item.permission ? [', which needs ', h('code', {}, item.permission)] : null,
    ),
  );
}

const WAYS_OUT = {
  throttled: 'Scan again: the call was throttled until all attempts were used up.',
  error: 'Scan again once the service answers this call.',
  unsupported: 'AWS does not answer this call there. Record what you know of it outside this report.',
  not_collected:
    'This scan did not read it: its service, region or recording was not part of the scan, or this version has no reader for it.',
  after_apply:
    'The value is known only after apply. Set it in the code, or scan the account after the deploy.',
  out_of_scope: 'It lies outside this input. Scan the account that holds it.',
  rule_error: 'The rule itself failed here. Correct the rule.',
};

function whatWouldDecide(f, { evidence }) {
  const permissions = distinct(evidence.map((item) => item.permission || ''));
  const why = whyOf(f);
  const isDenied = why === 'denied' || (!why && permissions.length > 0);
  const body = [];
  if (isDenied && permissions.length) {
    const statement = {
      Effect: 'Allow',
      Action: permissions.length > 1 ? permissions : permissions[0],
      Resource: '*',
    };
    body.push(
      plainCode(JSON.stringify(statement, null, 2)),
      h(
        'p',
        { class: 'note' },
        'Add this to the scanning role' +
          (accountOf(f) ? ' of ' + accountOf(f) : '') +
          '. An explicit deny has to be lifted where it is set.',
      ),
    );
  } else {
    body.push(h('p', { class: 'muted' }, WAYS_OUT[why] || 'A reading of the members above.'));
  }
  for (const gap of gapsOf(f)) body.push(sameGap(gap));
  return [section('What would decide it', null, ...body)];
}

function sameGap(gap) {
  const count = gapVerdicts()[gap];
  const words =
    count > 1 ? 'The same gap leaves ' + plural(count, 'verdict') + ' unknown' : 'This gap in the coverage';
  return h('p', { class: 'note' }, h('a', { href: '#/coverage/' + gap }, words));
}
