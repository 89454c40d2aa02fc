// The index: entries that have every word that is searched for.

/** Hides the other entries; an entry is {element, haystack}, all of it in small letters. */
function find(entries, passes = () => true) {
  const wanted = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const entry of entries) {
    const hit = passes(entry) && wanted.every((word) => entry.haystack.includes(word));
    entry.element.hidden = !hit;
    count += hit;
  }
  $('index-count').textContent = count < entries.length ? `${count} of ${entries.length}` : `${count}`;
  return count;
}

/** Marks the entry of what is open. */
function markEntry(entries, isOpen) {
  for (const entry of entries) {
    const button = entry.element.firstChild;
    if (isOpen(entry)) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
  }
}

/** Goes to the search. */
function startSearch() {
  $('index-fold').open = true;
  $('search').focus();
  $('search').select();
}

/** Whether a key is for what is being typed, or for the browser. */
const isTyping = (event) =>
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.target.closest('input:not([type=checkbox]):not([type=range]), textarea, select, dialog');
