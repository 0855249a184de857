// Paths: ways from outside, or from somebody with few rights, through several resources to what counts.

addView({
  name: 'paths',
  title: 'Paths',
  key: 'p',
  count: () => (D.paths.length ? number(D.paths.length) : ''),
  draw(view) {
    current = null;
    drawTop('Paths', D.paths.length ? 'what leads where, with the evidence for each step' : '');
    if (!D.paths.length) {
      view.append(h('div', { class: 'page' }, noPaths()));
      return;
    }
    const chosen = pathNamed(route.id) || (isNarrow() ? null : pathsInOrder()[0]);
    const list = h('nav', { class: 'plist', 'aria-label': 'Attack paths' }, pathLists(chosen));
    const pane = h('div', { class: 'pv', tabindex: '-1' }, chosen ? drawPath(chosen) : null);
    view.append(h('div', { class: 'ppanes' + (chosen ? ' one' : '') }, list, pane));
    $('[aria-current="true"]', list)?.scrollIntoView({ block: 'nearest' });
    current = {
      isOpen: () => isNarrow() && Boolean(chosen),
      close: () => (location.hash = link('paths')),
      toggleFacets() {},
      list: { move: (step) => movePath(chosen, step), activeItem: undefined, enter() {} },
    };
  },
});

const pathNamed = (id) => D.paths.find((path) => path.id === id);

function movePath(chosen, step) {
  const paths = pathsInOrder();
  const next = paths[paths.indexOf(chosen) + step];
  if (next) location.hash = link('paths', next.id);
}

function noPaths() {
  const wasAsked = Boolean(D.coverage.paths);
  const words = D.isCode
    ? 'Paths are found in an account, with all that it holds: code does not tell that.'
    : wasAsked
      ? 'No attack path was found that is certain in each step.'
      : 'Attack paths were not looked for: the rules about them were not among those run.';
  const limits = h(
    'p',
    { class: 'muted' },
    'What was not read may hide one: ',
    h('a', { href: '#/coverage' }, 'what was not seen'),
    '.',
  );
  return [h('p', { class: 'head' }, words), wasAsked && !D.isCode ? [limits, unreadOfPaths()] : null];
}

const PATH_GROUPS = [
  ['From the internet', (path) => isCertain(path) && path.kind.startsWith('internet-')],
  ['From outside', (path) => isCertain(path) && path.kind.startsWith('outside-')],
  ['From within', (path) => isCertain(path) && path.kind === 'escalation'],
  ['Possible: not all was read', (path) => !isCertain(path)],
];

const isCertain = (path) => path.certain !== false;

const PATHS_LISTED = 20; // of each group at a time

/** The paths as they are listed. */
const pathsInOrder = () => PATH_GROUPS.flatMap(([, belongs]) => D.paths.filter(belongs));

/** The paths by where they begin, the possible ones apart, and how many are not in the report. */
function pathLists(chosen) {
  const lists = PATH_GROUPS.map(([title, belongs]) => {
    const items = D.paths.filter(belongs);
    if (!items.length) return null;
    const body = h('ul', {});
    const row = (path) => h('li', {}, pathItem(path, path === chosen));
    const nav = pager({ items, size: PATHS_LISTED, body, row, first: items.indexOf(chosen) });
    return [h('h2', { class: 'cap' }, title, ' ', h('span', { class: 'num' }, number(items.length))), body, nav];
  });
  const left = D.coverage.paths?.left_out;
  const more = left
    ? h('p', { class: 'cap pmore' }, 'and ' + number(left) + ' less severe, which the report leaves out')
    : null;
  return [lists, more];
}

function pathItem(path, isChosen) {
  const steps = plural(path.edges.length, 'step');
  return h(
    'a',
    { href: link('paths', path.id), 'aria-current': isChosen ? 'true' : null },
    severityIcon(SEVERITIES.indexOf(path.severity), true),
    h(
      'span',
      {},
      h('span', { class: 't' }, path.title),
      h('br'),
      h('span', { class: 'cap' }, steps + ' · ' + path.account),
    ),
  );
}

const UNREAD_SHOWN = 8;

/** The types that paths lead through and that nobody listed. */
function unreadOfPaths() {
  const texts = D.coverage.paths?.unread || [];
  if (!texts.length) return null;
  const more = texts.length - UNREAD_SHOWN;
  return h(
    'ul',
    { class: 'pmends u' },
    texts.slice(0, UNREAD_SHOWN).map((text) => h('li', {}, text)),
    more > 0 ? h('li', {}, 'and ' + number(more) + ' more') : null,
  );
}

function drawPath(path) {
  const back = isNarrow() ? h('a', { class: 'row', href: link('paths') }, icon('back'), 'All paths') : null;
  const head = h(
    'div',
    {},
    back,
    h(
      'div',
      { class: 'meta' },
      severitySign(SEVERITIES.indexOf(path.severity)),
      isCertain(path) ? null : h('span', { class: 'ver v-unknown' }, verdictIcon(UNKNOWN), 'Possible'),
      h('span', { class: 'num' }, path.account),
      h('span', { class: 'dim mono' }, path.id.slice(0, 12)),
    ),
    h('h2', { class: 'ptitle' }, path.title),
  );
  const drawing = pathDrawing(path);
  const isDown = drawing.getAttribute('height') > drawing.getAttribute('width') / 2;
  const draw = h('div', { class: 'draw' }, drawing);
  const words = h('div', { class: 'vstack' }, pathSteps(path), pathMends(path), pathDoubts(path));
  return h('div', { class: 'in' + (isDown ? ' down' : '') }, head, draw, words);
}

/** The steps in words, each with what allows it and the findings on where it leads. */
function pathSteps(path) {
  const step = (edge, i) =>
    h(
      'li',
      {},
      h('h4', {}, pathNodeName(path.nodes[i]), ' → ', pathNodeName(path.nodes[i + 1])),
      h('p', {}, edge.text),
      edge.evidence.length
        ? h(
            'ul',
            { class: 'evd' },
            edge.evidence.map((item) => h('li', {}, h('code', {}, evidenceWords(item)))),
          )
        : null,
      pathMembers(path.nodes[i + 1]),
    );
  return section('Steps', null, h('ol', { class: 'psteps' }, path.edges.map(step)));
}

/** `sg-1: ingress tcp 22 from 0.0.0.0/0`, `i-1: MetadataOptions.HttpTokens = optional`. */
function evidenceWords({ resource, rule, path, value }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const member = path && path !== 'Statement' ? path + ' = ' + text : '';
  const statement = path === 'Statement' ? text : '';
  return resource + ': ' + [rule, member, statement].filter(Boolean).join(' · ');
}

/** What was not read of the steps that are not certain. */
function pathDoubts(path) {
  const texts = [...new Set(path.edges.flatMap((edge) => edge.unknown || []))];
  if (!texts.length) return null;
  const items = texts.map((text) => h('li', {}, text));
  return section('Not read', null, h('ul', { class: 'pmends u' }, items));
}

/** What stands for one place together. */
function pathMembers(node) {
  if (!node.members?.length) return null;
  const items = node.members.map((id) =>
    h('li', {}, h('code', {}, resourceNumber(id) >= 0 ? h('a', { href: link('resources', id) }, id) : id)),
  );
  return h('details', {}, h('summary', {}, node.name), h('ul', { class: 'evd' }, items));
}

/** A place's name, as a link where the report holds the resource. */
function pathNodeName(node) {
  const isHere = node.type && resourceNumber(node.id) >= 0;
  return isHere ? h('a', { href: link('resources', node.id) }, node.name) : node.name;
}

let resourceNumbers = null;

function resourceNumber(id) {
  if (!resourceNumbers) {
    resourceNumbers = new Map();
    for (let r = 0; r < D.resourceCount; r++) resourceNumbers.set(resourceText(r, 'id'), r);
  }
  return resourceNumbers.get(id) ?? -1;
}

function pathMends(path) {
  const items = path.edges.flatMap((edge, i) =>
    edge.mend ? [h('li', {}, h('span', { class: 'num dim' }, 'step ' + (i + 1)), ' ', edge.mend)] : [],
  );
  const words = items.length > 1 ? 'Any one of these ends it.' : 'This ends it.';
  return section(
    'Where it breaks',
    null,
    h('p', { class: 'muted' }, words + ' The path is computed again at the next scan.'),
    h('ul', { class: 'pmends' }, items),
  );
}

const PATHS_SHOWN = 4;

/** The worst paths, on the overview. */
function pathsCard() {
  if (!D.paths.length) return null;
  const row = (path) =>
    h(
      'li',
      {},
      h(
        'a',
        { class: 'lrow', href: link('paths', path.id) },
        severityIcon(SEVERITIES.indexOf(path.severity), true),
        h('span', { class: 't trunc', title: path.title }, path.title),
      ),
    );
  const body = h(
    'div',
    { class: 'b' },
    h('ul', { class: 'list top' }, D.paths.slice(0, PATHS_SHOWN).map(row)),
  );
  return card('Attack paths', body, h('a', { href: '#/paths' }, 'All ' + number(D.paths.length)), 'attack');
}
