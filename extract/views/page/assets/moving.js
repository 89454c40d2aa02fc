// Moving a record into another record of its holder's type: it is added there, and removed where it was.

/** A choice of the records that may hold it instead; null where there is none. */
function moveChoice(node) {
  if (node.part || node.parent === state.tree.root || state.tree.removed(node)) return null;
  const span = (node.evidence && node.evidence.span) || [0, 0];
  const lists = listsFor(span).filter(
    ({ holder, type, pointer }) =>
      type === node.type &&
      holder.owner.type === node.parent.owner.type &&
      pointer !== holderOf(node.pointer) &&
      !isBelow(holder, node),
  );
  if (!lists.length) return null;
  const options = lists.map(({ holder }, i) => make('option', { value: i }, nameOf(holder.owner)));
  const choice = make('select', { 'aria-label': 'Move to' }, make('option', { value: '' }, 'Move to …'), ...options);
  choice.addEventListener('change', () => moveIt(node, lists[Number(choice.value)].pointer));
  return choice;
}

function moveIt(node, list) {
  const { record, places } = wholeOf(node);
  const anchor = anchorOf(node),
    where = inPoints(node.evidence && node.evidence.span);
  correct({ action: 'remove', pointer: node.pointer, was: node.record, anchor }, '');
  addTo(list, { value: record, anchor, ...where, places, moved: true }, 'Moved.');
  focusCard();
}

/** A record with all that was corrected in it, and where its words stand. */
function wholeOf(node) {
  const places = {};
  const whole = (each, at) => {
    const record = {};
    const valueAt = (value, here) => {
      if (value.span) places[here] = value.span;
      return value.now;
    };
    for (const { field, values, node: part, nodes } of each.fields) {
      const here = `${at}/${field.name}`;
      if (nodes)
        record[field.name] = nodes
          .filter((item) => !state.tree.removed(item))
          .map((item, i) => whole(item, `${here}/${i}`));
      else if (part) record[field.name] = part.mark && part.mark.action === 'reject' ? null : whole(part, here);
      else if (field.shape === 'values')
        record[field.name] = values.filter((item) => item.now !== null).map((item, i) => valueAt(item, `${here}/${i}`));
      else if (hasOwn(each.record, field.name) || values[0].now !== null) record[field.name] = valueAt(values[0], here);
    }
    return record;
  };
  return { record: whole(node, ''), places };
}
