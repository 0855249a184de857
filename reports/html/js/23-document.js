// A document of a resource, member by member: what was read, and in line what was not, with its reason.

const MEMBERS_SHOWN = 30; // rows on a page
const SHORT = 120; // characters of a value that stands in a row

const isScalar = (value) => value === null || typeof value !== 'object';
const isShortList = (value) =>
  Array.isArray(value) && value.every(isScalar) && JSON.stringify(value).length <= SHORT;
const isRow = (value) => (isScalar(value) && String(value).length <= SHORT * 4) || isShortList(value);

const UNREAD = { more: 'may have more elements', opaque: 'not known yet', maybe: 'may not be there' };

/** `not read: ec2:DescribeImages, denied`. */
function unreadWords(unknown) {
  const call = [unknown.service, unknown.operation].filter(Boolean).join(':');
  const words = (UNREAD[unknown.kind] || 'not read') + ': ';
  return words + [call, whyName(unknown.why).toLowerCase()].filter(Boolean).join(', ');
}

/** Unread places by pointer, and below which pointer each of them hangs. */
function unreadPlaces(unknown) {
  const words = new Map();
  const below = new Map();
  for (const [pointer, item] of Object.entries(unknown || {})) {
    const parts = pointerParts(pointer);
    if (!parts) continue;
    words.set(pointer, item);
    const parent = pointerTo(parts.slice(0, -1));
    if (!below.has(parent)) below.set(parent, []);
    below.get(parent).push(parts[parts.length - 1]);
  }
  return { words, below };
}

const hasUnreadInside = (pointer, unread) =>
  [...unread.words.keys()].some((other) => other.startsWith(pointer + '/'));

/** The rows of a document: {name, value} or {name, unread}, small mappings member by member. */
function documentRows(document, base, unread) {
  const rows = [];
  const add = (value, parts, depth) => {
    const pointer = pointerTo(parts);
    const own = unread.words.get(pointer);
    const name = parts.slice(base.length).join('.');
    if (value === undefined || (own && own.kind !== 'maybe' && own.kind !== 'opaque')) {
      rows.push({ name, unread: own, key: pointer });
    } else if (depth < 2 && isOpenMapping(value)) {
      for (const key of memberNames(value, pointer, unread)) {
        add(Object.hasOwn(value, key) ? value[key] : undefined, [...parts, key], depth + 1);
      }
    } else {
      rows.push({
        name,
        value,
        parts,
        isCode: !isRow(value) || hasUnreadInside(pointer, unread),
        key: pointer,
      });
    }
  };
  for (const key of memberNames(document, pointerTo(base), unread)) {
    if (base.length || key !== 'derived')
      add(Object.hasOwn(document, key) ? document[key] : undefined, [...base, key], 0);
  }
  return rows;
}

const MEMBERS_IN_LINE = 8;

/** A mapping whose members are all short: it needs no block of code. */
function isOpenMapping(value) {
  if (isScalar(value) || Array.isArray(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.length <= MEMBERS_IN_LINE && members.every(isRow);
}

/** Own members and those that are not read, in order. */
const memberNames = (value, pointer, unread) =>
  [...new Set([...Object.keys(value), ...(unread.below.get(pointer) || [])])].sort();

function documentRow(row, unread) {
  if (row.unread || row.value === undefined) return unreadRow(row);
  if (row.isCode) {
    return h(
      'div',
      { class: 'block' },
      h('span', { class: 'k' }, row.name),
      codeBlock(jsonRuns(row.value, row.parts, new Set(), unread)),
    );
  }
  return h('div', {}, h('span', { class: 'k' }, row.name), h('span', { class: 'val' }, valueText(row.value)));
}

function unreadRow({ name, unread }) {
  const item = unread || {};
  const gap = D.gaps.findIndex((other) => other.call && other.call === item.service + ':' + item.operation);
  const message = item.message ? h('span', { class: 'under' }, item.message) : null;
  return h(
    'div',
    { class: 'u hatch' },
    h('span', { class: 'k' }, name),
    h('span', { class: 'val' }, unreadWords(item), message),
    gap >= 0 ? h('a', { href: '#/coverage/' + gap }, 'why') : null,
  );
}

/** A document in a frame, a page of members at a time. */
function documentTree(document, base, unknown) {
  const unread = unreadPlaces(unknown);
  const items = documentRows(document || {}, base, unread);
  if (!items.length) return null;
  const body = h('div', { class: 'tree' });
  const nav = pager({ items, size: MEMBERS_SHOWN, body, row: (row) => documentRow(row, unread) });
  return [body, nav];
}
