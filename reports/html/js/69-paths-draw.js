// A path as a picture: places as boxes and steps as arrows, side by side where there is room, else one below the other.

const BOX = { height: 52, least: 128, most: 210, side: 230 };
const GAP = { across: 92, down: 44 };
const ROOM = 420; // what navigation, list and margins take of the window

const clipped = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);
// A place that is no resource: where it begins, or all that an account holds.
function kindOf(node) {
  if (node.kind === 'load_balancer') return 'Load balancer';
  if (node.type) return node.type.split('::').slice(1).join(' ');
  return node.id === 'internet' ? 'Internet' : node.id.endsWith('/everything') ? 'Account' : 'Outside';
}

const boxWidth = (node) =>
  Math.min(
    BOX.most,
    Math.max(BOX.least, Math.round(Math.max(node.name.length * 7, kindOf(node).length * 6.4) + 26)),
  );

function pathDrawing(path) {
  const widths = path.nodes.map(boxWidth);
  const across = widths.reduce((sum, width) => sum + width, 0) + (path.nodes.length - 1) * GAP.across + 4;
  const isAcross = across <= innerWidth - ROOM;
  const count = path.nodes.length;
  const size = isAcross ? [across, BOX.height + 4] : [320, count * BOX.height + (count - 1) * GAP.down + 4];
  const words = path.nodes.map((node) => node.name).join(', then ');
  const drawing = s('svg', {
    class: 'path',
    viewBox: '0 0 ' + size.join(' '),
    width: size[0],
    height: size[1],
    role: 'img',
    'aria-label': words,
  });
  let at = 2;
  path.nodes.forEach((node, i) => {
    const width = isAcross ? widths[i] : BOX.side;
    const place = isAcross ? [at, 2] : [2, at];
    put(drawing, boxOf(node, place, width, i === 0 || i === count - 1));
    at += isAcross ? width : BOX.height;
    if (i < path.edges.length) put(drawing, arrowOf(path.edges[i], i + 1, at, isAcross));
    at += isAcross ? GAP.across : GAP.down;
  });
  return drawing;
}

function boxOf(node, [x, y], width, isEnd) {
  const most = Math.floor((width - 22) / 7);
  return [
    s('rect', { class: 'nd' + (isEnd ? ' end' : ''), x, y, width, height: BOX.height, rx: 7 }),
    s('text', { class: 'n2', x: x + 11, y: y + 19 }, clipped(kindOf(node), Math.floor((width - 22) / 6.2))),
    s('text', { class: 'n1', x: x + 11, y: y + 38 }, clipped(node.name, most), s('title', {}, node.name)),
  ];
}

function arrowOf(edge, step, at, isAcross) {
  const middle = BOX.height / 2 + 2;
  const label = clipped(edge.text, isAcross ? 15 : 40);
  const line = 'ed' + (edge.unknown?.length ? ' dash' : '');
  if (isAcross) {
    const end = at + GAP.across;
    return [
      s('path', { class: line, d: `M${at + 4} ${middle}H${end - 5}M${end - 11} ${middle - 4}l6 4-6 4` }),
      s(
        'text',
        { class: 'el', x: at + GAP.across / 2, y: middle - 9, 'text-anchor': 'middle' },
        String(step),
      ),
      s(
        'text',
        { class: 'el b', x: at + GAP.across / 2, y: middle + 16, 'text-anchor': 'middle' },
        label,
        s('title', {}, edge.text),
      ),
    ];
  }
  const end = at + GAP.down;
  return [
    s('path', { class: line, d: `M26 ${at + 3}V${end - 5}M22 ${end - 11}l4 6 4-6` }),
    s(
      'text',
      { class: 'el b', x: 40, y: at + GAP.down / 2 + 4 },
      step + '  ' + label,
      s('title', {}, edge.text),
    ),
  ];
}
