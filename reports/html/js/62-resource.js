// One resource: its verdicts, the facts derived of it, and its configuration with what was not read in line.

const VERDICTS_SHOWN = 15;

function drawResource(element, r, { close, move }) {
  const id = resourceText(r, 'id');
  const title = resourceTitle(r);
  element.setAttribute('aria-label', 'Resource: ' + visible(title));
  const bar = h(
    'div',
    { class: 'dbar' },
    isNarrow() ? iconButton('back', 'Back to the list', close, 'Esc') : null,
    h('span', { class: 'mono trunc grow', title: id }, id),
    iconButton('up', 'Previous resource', () => move(-1), 'k'),
    iconButton('down', 'Next resource', () => move(1), 'j'),
    copyButton(() => id, id.startsWith('arn:') ? 'ARN' : 'Id'),
    iconButton('link', 'Copy permalink', () => copy(permalink(), 'Permalink'), 'y'),
    isNarrow() ? null : iconButton('x', 'Close', close, 'Esc'),
  );
  const body = h('div', { class: 'dbody' }, resourceHead(r, title), verdictsSection(r));
  element.replaceChildren(bar, body);
  element.scrollTop = 0;
  element.dataset.resource = r;
  resourceDocument(r).then(
    (document_) => {
      if (element.dataset.resource !== String(r)) return; // another resource was opened meanwhile
      put(body, documentSections(r, document_));
    },
    () => put(body, [h('p', { class: 'note' }, 'The configuration in this file could not be read.')]),
  );
}

function resourceHead(r, title) {
  const tags = tagsOf(r).map(([key, value]) => h('span', { class: 'tag' }, key + '=' + value));
  return h(
    'div',
    {},
    h('h2', { class: 't' }, title),
    h(
      'div',
      { class: 'meta' },
      h('span', {}, resourceText(r, 'type')),
      h('span', { class: 'num' }, resourceText(r, 'account')),
      h('span', {}, resourceText(r, 'region')),
      tags,
    ),
    isUnlisted(r)
      ? h('p', { class: 'note' }, 'The listing failed, so there may be any number of these here.')
      : null,
  );
}

/** The findings of a resource in the fixed order of verdicts, worst first. */
function findingsOn(r) {
  const found = [];
  for (let f = 0; f < D.count; f++) if (D.findings.resource[f] === r) found.push(f);
  return found.sort((a, b) => verdictOf(a) - verdictOf(b) || severityOf(a) - severityOf(b));
}

function verdictsSection(r) {
  const counts = resourceStats().of(r);
  const words = VERDICTS.map((_, v) =>
    counts[v] ? number(counts[v]) + ' ' + VERDICT_NAMES[v].toLowerCase() : '',
  );
  const end = h('span', { class: 'dim' }, words.filter(Boolean).join(', '));
  const items = findingsOn(r);
  if (!items.length) return section('Verdicts', null, h('p', { class: 'muted' }, 'No rule judges it.'));
  const body = h('ul', { class: 'list card rows' });
  return section('Verdicts', end, body, pager({ items, size: VERDICTS_SHOWN, body, row: verdictRow }));
}

function verdictRow(f) {
  const found =
    verdictOf(f) === UNKNOWN
      ? h('span', { class: 'v-unknown nw' }, 'not read')
      : h('code', { class: 'dim' }, foundOf(f));
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'lrow pad', href: findingLink(f, { v: 'all', g: 'resource', q: idOf(f) }) },
      verdictIcon(verdictOf(f), true),
      severityIcon(severityOf(f), true),
      h('span', { class: 't trunc', title: ruleOf(f).title }, ruleOf(f).title),
      changeTag(f),
      found,
    ),
  );
}

function documentSections(r, document_) {
  if (!document_) return isUnlisted(r) ? [] : [noDocument()];
  const { config = {}, derived = {}, unknown = {}, origin = {}, physical_id: physicalId } = document_;
  const facts = documentTree(derived, ['derived'], unknown);
  const members = documentTree(config, [], unknown);
  const file = origin.file ? origin.file + (origin.line ? ':' + origin.line : '') : '';
  return [
    file
      ? h(
          'p',
          { class: 'muted' },
          'Defined in ',
          h('code', {}, file),
          origin.address ? [' as ', h('code', {}, origin.address)] : null,
        )
      : null,
    physicalId ? h('p', { class: 'muted' }, 'Exists as ', h('code', {}, physicalId)) : null,
    facts && section('Derived facts', h('span', { class: 'dim' }, 'computed from the configuration'), facts),
    section(
      'Configuration',
      h('span', { class: 'dim' }, 'in AWS’s own member names'),
      members || h('p', { class: 'muted' }, 'It has no members.'),
    ),
  ].filter(Boolean);
}

const noDocument = () =>
  section(
    'Configuration',
    null,
    h(
      'p',
      { class: 'muted' },
      'This report holds the configuration of resources with a fail or an unknown only. ',
      h('code', {}, '--resources all'),
      ' keeps every one.',
    ),
  );
