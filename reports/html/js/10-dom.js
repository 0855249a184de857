// DOM without markup strings: everything that comes from a report becomes a text node.

const SVG = 'http://www.w3.org/2000/svg';

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Control and bidirectional characters could reorder or hide what follows: they are shown as code points.
const INVISIBLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;
const LONE = /\p{Cs}/u; // half a surrogate pair
const codePoint = (c) => '⟨U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '⟩';
const visible = (value) => String(value).replace(INVISIBLE, codePoint);

const isNothing = (value) => value === undefined || value === null || value === false || value === '';

/** An HTML element. Attributes beginning with `on` are listeners; children are nodes or texts, nested as needed. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : visible(value));
  }
  return put(element, children);
}

/** The same for SVG. */
function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null) element.setAttribute(name, visible(value));
  }
  return put(element, children);
}

function put(element, children) {
  for (const child of children.flat(9)) {
    if (isNothing(child)) continue;
    element.append(child instanceof Node ? child : visible(child));
  }
  return element;
}

const number = (n) => n.toLocaleString('en-GB');
const plural = (n, one, many) => number(n) + ' ' + (n === 1 ? one : many || one + 's');

/** A share in per cent with one decimal; what is not nothing never reads as 0, nor what is not all as 100. */
function share(part, whole) {
  if (!whole || !part) return '0 %';
  if (part === whole) return '100 %';
  return Math.min(99.9, Math.max(0.1, (part / whole) * 100)).toFixed(1) + ' %';
}

/** `a, b and 3 more`. */
function some(list, most) {
  const more = list.length - most;
  return more > 0 ? list.slice(0, most).join(', ') + ' and ' + number(more) + ' more' : list.join(', ');
}

const isNarrow = () => innerWidth <= 700;
const isMedium = () => innerWidth <= 1180;
