// Who is in front: values in order, equal ones share a place and the next one skips.

/** Return {name, record, place} of those with a value, the best first. */
export function ranked(records, by, direction) {
  const better = direction === "down" ? 1 : -1;
  const there = records
    .filter((record) => record.value !== null && record.dims[by] !== null)
    .map((record) => ({ name: record.dims[by], record }))
    .sort((a, b) => better * (a.record.value - b.record.value) || (a.name < b.name ? -1 : 1));
  there.forEach((one, at) => {
    const before = there[at - 1];
    one.place = before !== undefined && before.record.value === one.record.value ? before.place : at + 1;
  });
  return there;
}
