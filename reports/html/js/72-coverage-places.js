// Accounts and regions: what was listed where, and what was not.

const PLACE_CELLS = 72;

function placesSection() {
  const places = seenPlaces();
  if (!places.size || D.isCode) return null;
  const keys = [...places.keys()].map((key) => key.split('\n'));
  const regions = [...new Set(keys.map(([, region]) => region))].sort(
    (a, b) => (b === 'global') - (a === 'global') || (a < b ? -1 : 1),
  );
  const trouble = (account) =>
    regions.filter((region) => places.get(account + '\n' + region)?.isPartial).length;
  const accounts = [...new Set(keys.map(([account]) => account))].sort(
    (a, b) => trouble(b) - trouble(a) || (a < b ? -1 : 1),
  );
  const rows = Math.max(3, Math.floor(PLACE_CELLS / regions.length));
  const body = h('tbody', {});
  const row = (account) => placeRow(account, regions, places);
  const more = pager({ items: accounts, size: rows, body, row });
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('td', {}),
      regions.map((region) =>
        h('th', { scope: 'col', class: 'trunc', title: regionName(region) }, regionName(region)),
      ),
    ),
  );
  const table = h(
    'table',
    { class: 'cov' },
    h('caption', { class: 'sr' }, 'What was seen in each account and region'),
    head,
    body,
  );
  return h(
    'section',
    {},
    h('h2', { class: 'mb' }, 'Accounts and regions'),
    h(
      'div',
      { class: 'tw pad8', tabindex: '0', role: 'region', 'aria-label': 'Accounts and regions' },
      table,
    ),
    more,
  );
}

/** `account\nregion` → what was seen there: listings, resources that were judged, gaps. */
function seenPlaces() {
  const places = new Map();
  const at = (account, region) => {
    const key = account + '\n' + region;
    if (!places.has(key)) places.set(key, { resources: 0, gaps: 0, unknown: 0, listed: 0, failed: [] });
    return places.get(key);
  };
  for (const [account, region, listed, failed] of D.coverage.places)
    Object.assign(at(account, region), { listed, failed });
  D.resources.id.forEach((_, r) => {
    const place = at(resourceText(r, 'account'), resourceText(r, 'region'));
    if (!isUnlisted(r)) place.resources++;
  });
  for (const gap of D.gaps) {
    if (gap.reason === 'not_collected') continue;
    for (const region of gap.regions) at(gap.account, region).gaps++;
  }
  for (let f = 0; f < D.count; f++) if (verdictOf(f) === UNKNOWN) at(accountOf(f), regionOf(f)).unknown++;
  for (const place of places.values()) {
    place.isPartial = place.gaps > 0 || place.unknown > 0 || place.failed.length > 0;
  }
  return places;
}

function placeRow(account, regions, places) {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'num' }, accountName(account)),
    regions.map((region) => placeCell(places.get(account + '\n' + region))),
  );
}

function placeCell(place) {
  if (!place) return h('td', { class: 'not' }, h('b', { class: 'dim' }, 'Not asked'));
  const isBlind = place.failed.length > 0 && !place.listed && !place.resources;
  const state = isBlind ? 'Not listed' : place.isPartial ? 'Partly seen' : 'Seen';
  const title =
    place.failed.map(([type, reason]) => shortType(type) + ': ' + whyName(reason).toLowerCase()).join(', ') ||
    null;
  const text = [
    isBlind ? '' : plural(place.resources, 'resource') + ' judged',
    place.failed.length ? plural(place.failed.length, 'type') + ' not listed' : '',
    place.gaps ? plural(place.gaps, 'gap') : '',
    place.unknown && !place.gaps ? number(place.unknown) + ' unknown' : '',
  ];
  return h(
    'td',
    { class: place.isPartial ? (isBlind ? 'not part hatch' : 'part hatch') : '', title },
    h(
      'b',
      { class: place.isPartial ? 'v-unknown' : '' },
      verdictIcon(place.isPartial ? UNKNOWN : PASS),
      state,
    ),
    h('span', {}, text.filter(Boolean).join(', ')),
  );
}
