// A list that draws only the rows in sight, as a tree with aria-activedescendant: focus stays on the list.

const SPARE_ROWS = 6; // above and below the window

class VirtualList {
  /** `row(item)` draws, `open(item, byKey)` and `toggle(item)` act; `height()` is a row's, in pixels.
   *  Items are an array, or anything else that has `length` and `at`. */
  constructor({ label, height, row, open, toggle }) {
    Object.assign(this, { height, row, open, toggle, items: [], active: -1, shown: new Map() });
    this.pad = h('div', { class: 'vpad', role: 'none' });
    this.element = h('div', { class: 'vlist', role: 'tree', tabindex: '0', 'aria-label': label }, this.pad);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
    this.element.addEventListener('click', (event) => this.clicked(event));
    this.element.addEventListener('keydown', (event) => this.pressed(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  set(items, active) {
    this.items = items;
    this.active = Math.min(active, items.length - 1);
    this.pad.style.height = items.length * this.height() + 'px';
    this.pad.replaceChildren();
    this.shown.clear();
    this.draw();
  }

  draw() {
    const { scrollTop, clientHeight } = this.element;
    const height = this.height();
    const first = Math.max(0, Math.floor(scrollTop / height) - SPARE_ROWS);
    const last = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / height) + SPARE_ROWS);
    for (const [i, node] of this.shown) {
      if (i >= first && i < last) continue;
      node.remove();
      this.shown.delete(i);
    }
    for (let i = first; i < last; i++) if (!this.shown.has(i)) this.add(i, height);
    this.mark();
  }

  add(i, height) {
    const item = this.items.at(i);
    const node = this.row(item);
    node.id = 'row-' + i;
    node.dataset.i = i;
    node.style.height = height + 'px';
    node.style.transform = 'translateY(' + i * height + 'px)';
    node.setAttribute('role', 'treeitem');
    node.setAttribute('aria-level', item.level || 1);
    node.setAttribute('aria-posinset', i + 1);
    node.setAttribute('aria-setsize', this.items.length);
    this.pad.append(node);
    this.shown.set(i, node);
  }

  mark() {
    for (const [i, node] of this.shown) {
      node.classList.toggle('act', i === this.active);
      node.setAttribute('aria-selected', String(i === this.active));
    }
    if (this.shown.has(this.active)) this.element.setAttribute('aria-activedescendant', 'row-' + this.active);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** Make a row active and bring it into sight. */
  go(i) {
    if (!this.items.length) return;
    this.active = Math.max(0, Math.min(this.items.length - 1, i));
    const height = this.height();
    const top = this.active * height;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.element.scrollTop = top + height - clientHeight;
    this.draw();
  }

  move(steps) {
    this.go(this.active + steps);
  }

  get activeItem() {
    return this.active < 0 ? undefined : this.items.at(this.active);
  }

  enter() {
    const item = this.activeItem;
    if (item === undefined) return;
    if (item.isGroup) this.toggle(item);
    else this.open(item, true);
  }

  fold(isOpen) {
    const item = this.activeItem;
    if (item === undefined) return;
    if (item.isGroup && item.isOpen !== isOpen) this.toggle(item);
    if (item.isGroup || isOpen) return;
    if (this.items.isFoldable) this.go(this.items.headOf(this.active));
  }

  clicked(event) {
    const row = event.target.closest('.vr');
    if (!row) return;
    this.go(Number(row.dataset.i));
    if (this.activeItem.isGroup) this.toggle(this.activeItem);
    else this.open(this.activeItem, false);
  }

  pressed(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height()) - 1);
    const steps = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    }[event.key];
    if (steps) {
      event.preventDefault();
      listMoved(steps);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      this.fold(event.key === 'ArrowRight');
    }
  }
}

// What j, k, Enter and Escape act on: set by the view that has a list, null otherwise.
let current = null;

function listMoved(steps) {
  if (!current) return;
  current.list.move(steps);
  const item = current.list.activeItem;
  if (item !== undefined && !item.isGroup && current.isOpen()) current.peek(item);
}
