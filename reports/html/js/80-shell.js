// The frame round every view: navigation, the strip of an incomplete scan, the bar with the search.

function drawNavigation() {
  const item = (view) => {
    const count = view.count ? view.count() : '';
    return h(
      'li',
      {},
      h(
        'a',
        { class: 'n', href: '#/' + view.name, 'data-v': view.name, title: view.title },
        icon(view.name),
        h('span', {}, isNarrow() && view.short ? view.short : view.title),
        count ? h('span', { class: 'c num' + (view.isUnknownCount ? ' u' : '') }, count) : null,
      ),
    );
  };
  const brand = h(
    'div',
    { class: 'brand' },
    sign('', 'logo'),
    h('span', {}, 'AWS posture', h('small', {}, [D.tool.name, D.tool.version].filter(Boolean).join(' '))),
  );
  $('#nav').replaceChildren(brand, h('ul', {}, VIEWS.map(item)), navigationFoot());
}

function navigationFoot() {
  const lines = [
    h('div', {}, h('b', {}, takenAt())),
    h('div', {}, sourceName()),
    h('div', {}, plural(D.rules.length, 'rule')),
  ];
  const buttons = [
    iconButton('theme', 'Switch between light and dark', switchTheme, 't'),
    iconButton('print', 'Print the summary', () => print()),
    iconButton('help', 'Keyboard shortcuts', showHelp, '?'),
  ];
  return h(
    'div',
    { class: 'navfoot' },
    h('div', { class: 'txt' }, lines),
    h('div', { class: 'row' }, buttons),
  );
}

/** Not seen is a result: the strip stands wherever a call was not answered and cannot be dismissed. */
function drawBanner() {
  const { unknown } = D.totals;
  const calls = plural(D.calls.length, 'call') + ' could not be answered';
  const share =
    number(unknown) +
    ' of ' +
    plural(D.verdictCount, 'verdict') +
    (unknown === 1 ? ' is' : ' are') +
    ' unknown';
  $('#banner').replaceChildren();
  put($('#banner'), [
    h('span', { class: 'ver v-unknown' }, verdictIcon(UNKNOWN), 'Incomplete scan'),
    h('span', {}, share, h('span', { class: 'long' }, ', and ' + calls), '.'),
    h('a', { href: '#/coverage' }, 'What is missing'),
  ]);
}

/** The bar above a view. `changed` makes the search that view's own; otherwise Enter looks in all findings. */
function drawTop(title, subtitle, { placeholder = 'Search findings', value = '', changed = null } = {}) {
  const input = h('input', {
    type: 'search',
    id: 'q',
    placeholder,
    'aria-label': placeholder,
    value,
    autocomplete: 'off',
    spellcheck: 'false',
  });
  input.addEventListener('input', () => changed && changed(input.value));
  input.addEventListener('keydown', (event) => searchPressed(event, input, changed));
  $('#top').replaceChildren();
  put($('#top'), [
    h('h1', {}, title),
    subtitle ? h('span', { class: 'sub trunc' }, subtitle) : null,
    h(
      'div',
      { class: 'search', role: 'search' },
      icon('search'),
      input,
      h('kbd', { class: 'kbd', 'aria-hidden': 'true' }, '/'),
    ),
  ]);
  document.title = title + ' · AWS posture, ' + takenAt();
}

function searchPressed(event, input, changed) {
  if (event.key === 'Enter' && !changed) location.hash = findingsLink({ v: 'all', q: input.value });
  else if ((event.key === 'ArrowDown' || event.key === 'Enter') && changed) {
    event.preventDefault();
    $('.vlist')?.focus();
  } else if (event.key === 'Escape') {
    event.stopPropagation();
    if (input.value && changed) {
      input.value = '';
      changed('');
    } else input.blur();
  }
}

const SHORTCUTS = [
  ['/', 'Search'],
  ['j k', 'Next, previous'],
  ['↵', 'Open the selected row'],
  ['Esc', 'Close, or leave the search'],
  ['← →', 'Fold, unfold a group'],
  ['y', 'Copy the permalink'],
  ['f', 'Filters, on small screens'],
  ['t', 'Light or dark'],
  ['?', 'This list'],
];

function showHelp() {
  const dialog = $('#help');
  const keys = (text) =>
    text.split(' ').map((key) => (key === 'then' ? 'then ' : [h('kbd', { class: 'kbd' }, key), ' ']));
  const views = [
    'g then ' + VIEWS.map((view) => view.key).join(' '),
    VIEWS.map((view) => view.title).join(', '),
  ];
  const rows = [...SHORTCUTS, views].map(([shortcut, text]) => [
    h('span', {}, keys(shortcut)),
    h('span', { class: 'muted' }, text),
  ]);
  dialog.replaceChildren(
    h(
      'div',
      { class: 'row' },
      h('h2', { id: 'help-title', class: 'grow' }, 'Keyboard'),
      iconButton('x', 'Close', () => dialog.close()),
    ),
    h('div', { class: 'keys' }, rows),
    h(
      'p',
      { class: 'note mb' },
      'Search understands ',
      h('code', {}, PREFIXES.map((name) => name + ':').join(' ')),
    ),
    h(
      'div',
      { class: 'keyl' },
      VERDICTS.map((_, v) => verdictSign(v)),
    ),
  );
  dialog.showModal();
}

/** Draw the view that the address names. */
function drawView() {
  forgetAwaited();
  route = parseHash();
  const element = $('#view');
  element.replaceChildren();
  element.scrollTop = 0;
  current = null;
  for (const anchor of $$('#nav a.n')) {
    if (anchor.dataset.v === route.view) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  const view = viewNamed(route.view);
  $('#banner').hidden = view.isFreeOfBanner || !D.isIncomplete;
  document.body.dataset.view = route.view;
  view.draw(element);
}
