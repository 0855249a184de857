// One finding: the verdict, the claim, the evidence, the document that decided, and the way out.

const section = (title, end, ...body) =>
  h('section', { class: 'sec' }, h('h3', {}, title, end && h('span', { class: 'end' }, end)), ...body);

/** Draw at once what the core knows; the rest follows when the details are inflated. */
function drawDetail(element, f, { close, move }) {
  const rule = ruleOf(f);
  element.setAttribute('aria-label', 'Finding: ' + visible(messageOf(f)));
  const bar = h(
    'div',
    { class: 'dbar' },
    h('span', { class: 'mono trunc grow', title: rule.id }, rule.id),
    iconButton('up', 'Previous finding', () => move(-1), 'k'),
    iconButton('down', 'Next finding', () => move(1), 'j'),
    iconButton('link', 'Copy permalink', () => copy(permalink(), 'Permalink'), 'y'),
    iconButton('x', 'Close', close, 'Esc'),
  );
  const body = h('div', { class: 'dbody' }, claim(f, rule));
  element.replaceChildren(bar, body);
  element.scrollTop = 0;
  element.dataset.finding = f;
  findingDetail(f).then(
    (detail) => {
      if (element.dataset.finding !== String(f)) return; // another finding was opened meanwhile
      put(body, detailSections(f, rule, detail));
      $$('pre.code', body).forEach(scrollToHit);
    },
    () => put(body, [h('p', { class: 'note' }, 'The evidence in this file could not be read.')]),
  );
}

function claim(f, rule) {
  const isBad = verdictOf(f) === FAIL || verdictOf(f) === WAIVED;
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'meta' },
      verdictSign(verdictOf(f)),
      severitySign(severityOf(f)),
      changeTag(f, true),
      quietChange(f),
    ),
    h('h2', { class: 't' }, verdictOf(f) === PASS ? rule.title : messageOf(f)),
    isBad && rule.why ? h('p', { class: 'note' }, rule.why) : null,
    verdictOf(f) === UNKNOWN ? h('p', { class: 'note' }, 'The rule: ' + rule.title + '.') : null,
  );
}

/** What became of it, where that is no news to act on. */
function quietChange(f) {
  const change = changeOf(f);
  if (change !== 'fixed' && change !== 'not_assessed') return null;
  const since = dayWords(D.baseline?.taken_at);
  return h(
    'span',
    { class: 'tag' },
    change === 'fixed' ? 'Fixed since ' + since : 'Failed on ' + since + ', not assessed now',
  );
}

function detailSections(f, rule, detail) {
  const isUnknown = verdictOf(f) === UNKNOWN;
  return [
    resourceFacts(f, detail),
    isUnknown ? unknownEvidence(f, detail) : decidedEvidence(f, detail),
    isUnknown ? [] : decidingDocuments(detail),
    isUnknown ? whatWouldDecide(f, detail) : fixSection(rule, detail),
    waiverSection(detail),
    frameworkSection(rule),
    aboutSection(f, rule, detail),
    verdictOf(f) === FAIL ? waiverForm(f) : [],
  ].flat();
}

function resourceFacts(f, { origin, resource }) {
  const r = D.findings.resource[f];
  const id = idOf(f);
  const file = origin.file ? origin.file + (origin.line ? ':' + origin.line : '') : '';
  const where = [accountOf(f), regionOf(f)].filter(Boolean).join(' · ');
  const tags = tagsOf(r).map(([key, value]) => [h('span', { class: 'tag' }, key + '=' + value), ' ']);
  const rows = [
    [
      'Resource',
      [h('a', { href: resourceLink(r) }, resourceTitle(r)), ' ', h('span', { class: 'dim' }, typeOf(f))],
    ],
    [id.startsWith('arn:') ? 'ARN' : 'Id', h('span', { class: 'mono' }, id)],
    ['Exists as', resource.physical_id && h('span', { class: 'mono' }, resource.physical_id)],
    ['Where', where],
    ['Defined in', file && h('span', { class: 'mono' }, file)],
    ['Address', origin.address && h('span', { class: 'mono' }, origin.address)],
    ['Tags', tags.length && tags],
  ];
  return h(
    'dl',
    { class: 'kv' },
    rows.filter(([, value]) => value).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

const FIXES = [
  ['cli', 'CLI'],
  ['terraform', 'Terraform'],
  ['cloudformation', 'CloudFormation'],
];

function fixSection(rule, { fix, origin }) {
  const tabs = FIXES.filter(([key]) => fix[key]).map(([key, name]) => [name, String(fix[key]).trim()]);
  if (!tabs.length) return [];
  const preferred = { terraform: 'Terraform', cloudformation: 'CloudFormation' }[origin.kind];
  tabs.sort((a, b) => (b[0] === preferred) - (a[0] === preferred));
  const code = codeTabs(tabs, 'How to fix');
  const note = origin.file
    ? h(
        'p',
        { class: 'note' },
        'Change it in ',
        h('code', {}, origin.file),
        '; what is changed by CLI will be undone at the next deploy.',
      )
    : null;
  return [section('How to fix', copyButton(code.text, 'Fix'), code, note)];
}

function waiverSection({ waiver }) {
  if (!waiver) return [];
  const line = [waiver.owner, waiver.expires && 'until ' + waiver.expires, waiver.source]
    .filter(Boolean)
    .join(' · ');
  return [
    section(
      'Accepted risk',
      null,
      h(
        'div',
        { class: 'box' },
        h('p', {}, waiver.reason || 'No reason is recorded.'),
        h('p', { class: 'cap' }, line),
      ),
    ),
  ];
}

function frameworkSection(rule) {
  const rows = Object.entries(rule.frameworks).map(([name, ids]) => {
    const framework = Object.hasOwn(D.frameworks, name)
      ? D.frameworks[name]
      : { title: name, requirements: {} };
    const title = (id) => (Object.hasOwn(framework.requirements, id) ? framework.requirements[id] : null);
    return h(
      'li',
      {},
      h('span', { class: 'muted' }, framework.title),
      ids.map((id) =>
        h('a', { class: 'tag', title: title(id), href: link('compliance', name + '/' + id) }, id),
      ),
    );
  });
  if (!rows.length) return [];
  const owners = {
    shared: 'Shared responsibility: AWS provides the control, you turn it on.',
    customer: 'Customer responsibility.',
  };
  const note = 'The rule gives evidence for these requirements. ' + (owners[rule.responsibility] || '');
  return [section('Frameworks', null, h('ul', { class: 'fws' }, rows), h('p', { class: 'note' }, note))];
}

function aboutSection(f, rule, { params }) {
  const isSafe = (url) => /^https:\/\/[^\s]+$/.test(url);
  const references = rule.references.map((url) =>
    h(
      'div',
      {},
      isSafe(url) ? h('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, url) : url,
    ),
  );
  const bound = Object.keys(params).length ? JSON.stringify(params) : '';
  return [
    section(
      'About',
      null,
      h(
        'dl',
        { class: 'kv' },
        h('dt', {}, 'Rule'),
        h('dd', {}, rule.title),
        rule.when ? [h('dt', {}, 'Applies if'), h('dd', { class: 'mono' }, rule.when)] : null,
        rule.expect ? [h('dt', {}, 'Expects'), h('dd', { class: 'mono' }, rule.expect)] : null,
        bound ? [h('dt', {}, 'Parameters'), h('dd', { class: 'mono' }, bound)] : null,
        references.length
          ? [h('dt', {}, references.length > 1 ? 'References' : 'Reference'), h('dd', {}, references)]
          : null,
        h('dt', {}, 'Fingerprint'),
        h('dd', { class: 'mono' }, fingerprintOf(f)),
      ),
    ),
  ];
}
