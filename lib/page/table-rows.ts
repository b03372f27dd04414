/** The rows of a table's markup with the cell of each column, cells that span columns and rows included. */
import type { Item } from './dom.js';

export function rowsOf(items: readonly Item[], table: number): { item: number; cells: number[] }[] {
  const rows: { item: number; cells: number[] }[] = [];
  const end = items[table]?.end ?? table;
  // Cells that reach into rows below, by column, with the rows that are left.
  const reaching = new Map<number, { cell: number; rows: number }>();
  for (let i = table + 1; i < end; i += 1) {
    const item = items[i];
    if (!item) break;
    if (item.tag === 'table') {
      i = item.end - 1;
      continue;
    }
    if (item.tag !== 'tr') continue;
    const cells: number[] = [];
    const fromAbove = () => {
      for (let held = reaching.get(cells.length); held; held = reaching.get(cells.length)) {
        held.rows -= 1;
        if (held.rows === 0) reaching.delete(cells.length);
        cells.push(held.cell);
      }
    };
    for (let c = i + 1; c < item.end; ) {
      const cell = items[c];
      if (!cell) break;
      if ((cell.tag === 'td' || cell.tag === 'th') && cell.parent === i) {
        fromAbove();
        const below = Math.min(1000, Number(cell.node.attribs.rowspan) || 1) - 1;
        if (below > 0) reaching.set(cells.length, { cell: c, rows: below });
        for (let span = Math.min(20, Number(cell.node.attribs.colspan) || 1); span > 0; span -= 1)
          cells.push(c);
        c = cell.end;
      } else c += 1;
    }
    if (cells.length > 0) fromAbove();
    // One cell over the whole width is a heading, a note or a reference between the records.
    if (cells.length > 1 && new Set(cells).size === 1) continue;
    rows.push({ item: i, cells });
  }
  return rows;
}
