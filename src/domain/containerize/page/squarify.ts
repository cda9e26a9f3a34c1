/** A rectangle in a plane, in any unit. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Rectangles with areas in proportion to values, as near to squares as rows allow: Bruls, Huizing, van Wijk, "Squarified
 * Treemaps" (2000).
 * @param values positive, largest first
 */
export function squarify(values: readonly number[], frame: Rectangle): readonly Rectangle[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const scale = (frame.width * frame.height) / total;
  const sizes = values.map((value) => value * scale);
  const placed: Rectangle[] = [];
  let rest = frame;
  while (placed.length < sizes.length) {
    const row = takeRow(sizes.slice(placed.length), Math.min(rest.width, rest.height));
    const { cells, left } = placeRow(row, rest);
    placed.push(...cells);
    rest = left;
  }
  return placed;
}

/** As many of the first sizes as make the worst ratio of sides better. */
function takeRow(sizes: readonly number[], side: number): readonly number[] {
  let count = 1;
  while (count < sizes.length && worstRatio(sizes.slice(0, count + 1), side) <= worstRatio(sizes.slice(0, count), side))
    count += 1;
  return sizes.slice(0, count);
}

function worstRatio(row: readonly number[], side: number): number {
  const sum = row.reduce((all, size) => all + size, 0);
  const thickness = sum / side;
  return Math.max(...row.map((size) => Math.max(thickness ** 2 / size, size / thickness ** 2)));
}

/** Places a row along the shorter side. */
function placeRow(
  row: readonly number[],
  { x, y, width, height }: Rectangle,
): { readonly cells: readonly Rectangle[]; readonly left: Rectangle } {
  const sum = row.reduce((all, size) => all + size, 0);
  const isColumn = width >= height;
  const thickness = sum / (isColumn ? height : width);
  let offset = isColumn ? y : x;
  const cells = row.map((size) => {
    const length = size / thickness;
    const cell = isColumn
      ? { x, y: offset, width: thickness, height: length }
      : { x: offset, y, width: length, height: thickness };
    offset += length;
    return cell;
  });
  const left = isColumn
    ? { x: x + thickness, y, width: width - thickness, height }
    : { x, y: y + thickness, width, height: height - thickness };
  return { cells, left };
}
