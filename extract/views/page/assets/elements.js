// Elements of a page, and the one way to put words of others into it (as text).

const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings become text, never markup. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') for (const [event, heard] of Object.entries(value)) element.addEventListener(event, heard);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Words of an article or a model, kept apart from the direction of what is around them. */
const words = (text, properties = {}) => make('bdi', properties, shown(text));

/** Words one after another, with something between them; none of what is empty. */
const joined = (parts, between = ' · ') =>
  parts.filter(Boolean).flatMap((part, i) => [i ? between : '', words(part)]);

/** A button with the key that does the same. */
const keyButton = (label, key, done, properties = {}) =>
  make('button', { ...properties, on: { click: done } }, label, ' ', make('kbd', { 'aria-hidden': 'true' }, key));

/** Says in the help what signs mean: [[sign, words], …]. */
const explainSigns = (signs) =>
  $('legend').append(...signs.flatMap(([sign, said]) => [make('dt', {}, sign), make('dd', {}, said)]));

const hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

const isNarrow = () => window.matchMedia('(max-width: 60rem)').matches;

/** Says something to who sees the page, and to who hears it. */
function say(text) {
  $('status').textContent = '';
  $('status').textContent = text;
}

const MAP_STYLE =
  '<style>svg{color:#1f2023;font-family:sans-serif}@media(prefers-color-scheme:dark){svg{color:#e4e3df}}</style>';

/** A map as a picture: a document of its own, without scripts and without the page's style. */
function mapOf({ map, map_said: said }, noun) {
  const whole = map.replace('>', () => `>${MAP_STYLE}${DATA.world}`);
  const src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole)}`;
  return make('img', { class: 'map', src, alt: `Map of the places of this ${noun}: ${shown(said)}` });
}
