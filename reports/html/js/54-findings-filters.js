// Quick filters, facets and chips of the findings.

/** Name, verdicts, changes. */
const QUICK = [
  ['Open', ['fail'], []],
  ['New', ['fail'], ['new', 'reopened']],
  ['Unknown', ['unknown'], []],
  ['Waived', ['waived'], []],
  ['All', [], []],
];

const isSame = (set, list) => set.size === list.length && list.every((item) => set.has(item));

/** What there is to choose: nothing is new without an earlier report, and few reports hold waivers. */
function quickOffered(name, chosen) {
  if (name === 'New') return Boolean(D.baseline);
  return name !== 'Waived' || D.totals.waived > 0 || chosen.has('waived');
}

function quickCount(name, verdicts) {
  if (name === 'New') return changeCounts().bySeverity.reduce((sum, n) => sum + n, 0);
  return verdicts.length ? D.totals[verdicts[0]] : D.count;
}
const FACET_ROWS = 10;

function drawTools(view) {
  const { chosen } = view.filter;
  const offered = QUICK.filter(([name]) => quickOffered(name, chosen.get('v')));
  const quick = offered.map(([name, verdicts, changes]) => {
    const isOn = isSame(chosen.get('v'), verdicts) && isSame(chosen.get('c'), changes);
    const count = quickCount(name, verdicts);
    const onclick = () => {
      chosen.set('v', new Set(verdicts));
      chosen.set('c', new Set(changes));
      view.refresh();
      $('[aria-pressed=true]', view.tools)?.focus();
    };
    return h(
      'button',
      { type: 'button', 'aria-pressed': String(isOn), onclick },
      name + ' ',
      h('span', { class: 'c num' }, number(count)),
    );
  });
  const regroup = (value) => {
    view.group = value;
    view.folded.clear();
    view.refresh();
    $('select', view.tools)?.focus();
  };
  const foldAll = () => {
    view.areFolded = !view.areFolded;
    view.folded.clear();
    view.refresh();
  };
  view.tools.replaceChildren();
  put(view.tools, [
    h(
      'button',
      { class: 'btn ic only-s', type: 'button', 'aria-label': 'Filters', onclick: () => view.toggleFacets() },
      icon('filter'),
    ),
    h('div', { class: 'lens', role: 'group', 'aria-label': 'Quick filters' }, quick),
    h('span', { class: 'grow' }),
    select('Group by', GROUPINGS, view.group, regroup),
    view.group === 'none'
      ? null
      : h(
          'button',
          {
            class: 'btn ic foldall',
            type: 'button',
            'aria-label': 'Fold or unfold all groups',
            title: 'Fold or unfold all',
            onclick: foldAll,
          },
          icon('fold'),
        ),
    exportMenu(view.found),
  ]);
}

function drawChips(view) {
  const { filter } = view;
  const chip = (text, remove) => {
    const onclick = () => {
      remove();
      view.refresh();
    };
    return h(
      'span',
      { class: 'chip' },
      text,
      h('button', { type: 'button', 'aria-label': 'Remove ' + text, onclick }, icon('x')),
    );
  };
  const chips = FACETS.flatMap((facet) => {
    const set = filter.chosen.get(facet.key);
    return [...set].map((value) => chip(facet.name(value), () => set.delete(value)));
  });
  const gap = D.gaps[filter.gap];
  if (filter.gap >= 0)
    chips.push(
      chip('gap ' + (gap ? gap.call : filter.gap), () => {
        filter.gap = -1;
      }),
    );
  const clear = h('button', { class: 'btn ghost', type: 'button', onclick: () => view.clear() }, 'Clear');
  view.chips.replaceChildren();
  put(view.chips, [
    h('span', { class: 'num' }, plural(view.found.length, 'verdict')),
    chips,
    chips.length > 1 ? clear : null,
  ]);
}

function drawFacets(view) {
  const focused = document.activeElement?.id;
  const close = () => view.toggleFacets();
  view.facets.replaceChildren(); // no layout happens before it is filled again, so it stays scrolled
  put(view.facets, [
    h(
      'div',
      { class: 'row only-s' },
      h('h2', { class: 'grow' }, 'Filters'),
      iconButton('x', 'Close filters', close),
    ),
    FACETS.map((facet, i) => facetRows(view, facet, view.counts[i])),
  ]);
  if (focused && focused.startsWith('facet-')) document.getElementById(focused)?.focus();
}

/** A facet's rows: all of a short one, the fullest and the chosen of a long one. */
function facetRows(view, facet, counts) {
  const chosen = view.filter.chosen.get(facet.key);
  const values = facetValues(facet, chosen, counts);
  if (facet.isShown && !facet.isShown()) return null;
  if (facet.isOptional && !values.some((value) => value && counts[facet.index.get(value)])) return null;
  if (values.length === 1 && values[0] === '') return null; // code that tells no account or region
  const left = facet.all || facet.isOptional ? 0 : facet.values.length - values.length;
  const more = left > 0 ? h('p', { class: 'cap more' }, 'and ' + number(left) + ' more, by search') : null;
  return h(
    'fieldset',
    {},
    h('legend', {}, facet.title),
    values.map((value) => facetRow(view, facet, value, counts, chosen)),
    more,
  );
}

function facetValues(facet, chosen, counts) {
  const isUsed = (value) => facet.key !== 'v' || value !== 'not_applicable' || D.findings.verdict.includes(4);
  if (facet.all) return facet.all.filter(isUsed);
  const values = facet.values.filter((value) => value !== '' || !facet.isOptional);
  const strangers = [...chosen].filter((value) => !facet.index.has(value));
  const count = (value) => counts[facet.index.get(value)] || 0;
  const sorted = values.length > FACET_ROWS ? values.sort((a, b) => count(b) - count(a)) : values.sort();
  return [...new Set([...sorted.slice(0, FACET_ROWS), ...chosen]), ...strangers].filter(
    (value, i, all) => all.indexOf(value) === i,
  );
}

function facetRow(view, facet, value, counts, chosen) {
  const index = facet.index.get(value);
  const count = (index !== undefined && counts[index]) || 0;
  const onchange = (event) => {
    if (event.target.checked) chosen.add(value);
    else chosen.delete(value);
    view.refresh();
  };
  const id = 'facet-' + facet.key + '-' + (index === undefined ? value : index);
  const name = facet.name(value);
  return h(
    'label',
    { class: count ? '' : 'z' },
    h('input', { type: 'checkbox', id, checked: chosen.has(value), onchange }),
    facet.icon && facet.icon(value),
    h('span', { class: 'trunc' + (facet.isMono ? ' mono' : ''), title: name }, name),
    h('span', { class: 'c num' }, number(count)),
  );
}
