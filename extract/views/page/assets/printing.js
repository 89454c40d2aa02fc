// Printing: the article that is open, or all of them, one after the other.

/** Shows every article once, keeps a copy of how it looks, and prints the copies. */
function printAll() {
  const { article, current } = state;
  $('help').close();
  const copies = ARTICLES.map((each) => {
    open(each);
    fillAll();
    return $('main').cloneNode(true);
  });
  $('all').replaceChildren(...copies);
  document.body.classList.add('print-all');
  open(article);
  if (current !== null) choose(current);
  window.print();
}

function afterPrint() {
  document.body.classList.remove('print-all');
  $('all').replaceChildren();
}
