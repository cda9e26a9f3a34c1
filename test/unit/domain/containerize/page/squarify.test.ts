import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { squarify } from '../../../../../src/domain/containerize/page/squarify.ts';

describe('squarified rectangles', () => {
  it('are those of the paper', () => {
    const cells = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
    const rounded = cells.map(({ x, y, width, height }) => [x, y, width, height].map((n) => Number(n.toFixed(2))));
    expect(rounded).toEqual([
      [0, 0, 3, 2],
      [0, 2, 3, 2],
      [3, 0, 1.71, 2.33],
      [4.71, 0, 1.29, 2.33],
      [3, 2.33, 1.2, 1.67],
      [4.2, 2.33, 1.2, 1.67],
      [5.4, 2.33, 0.6, 1.67],
    ]);
  });

  it('are none for no value', () => {
    expect(squarify([], { x: 0, y: 0, width: 6, height: 4 })).toEqual([]);
  });

  it('have their share of the frame and are within it', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 50, max: 2000 }),
        fc.integer({ min: 50, max: 1000 }),
        (list, width, height) => {
          const sorted = [...list].sort((a, b) => b - a);
          const total = sorted.reduce((sum, value) => sum + value, 0);
          const cells = squarify(sorted, { x: 0, y: 0, width, height });
          expect(cells).toHaveLength(sorted.length);
          for (const [index, cell] of cells.entries()) {
            expect(cell.width * cell.height).toBeCloseTo(((sorted[index] ?? 0) / total) * width * height, 3);
            expect(cell.x + cell.width).toBeLessThanOrEqual(width + 1e-6);
            expect(cell.y + cell.height).toBeLessThanOrEqual(height + 1e-6);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
