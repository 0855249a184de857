// Long lists a page at a time, so that no view grows beyond what the browser draws at once.

/** Rows put into `body`, `size` of them at a time; the buttons to move on, or null where one page is enough. */
function pager({ items, size, row, body, first = 0 }) {
  let start = Math.floor(Math.max(0, first) / size) * size;
  const words = h('span', { class: 'num', 'aria-live': 'polite' });
  const step = (name, label, by) => iconButton(name, label, () => turn(start + by));
  const back = step('up', 'Previous page', -size);
  const on = step('down', 'Next page', size);
  const turn = (to) => {
    start = to;
    body.replaceChildren();
    put(body, items.slice(start, start + size).map(row));
    const end = Math.min(items.length, start + size);
    words.textContent = number(start + 1) + '–' + number(end) + ' of ' + number(items.length);
    back.disabled = start === 0;
    on.disabled = end === items.length;
  };
  turn(start);
  return items.length > size ? h('div', { class: 'pager' }, words, back, on) : null;
}
