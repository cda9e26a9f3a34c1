/**
 * How many processors one of several copies that run side by side may use. Copies that each take all of them spend a
 * good part of their time on handing work from thread to thread; together they are faster with a share each.
 * @param processors of the computer
 * @param copies how many run at once
 */
export function threadsPerCopy(processors: number, copies: number): number {
  return Math.max(1, Math.ceil(processors / Math.max(1, copies)));
}
