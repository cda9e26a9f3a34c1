/** Programs that are commands only: there is no Task of their name. */
export const commandsOnly: ReadonlySet<string> = new Set([
  'cluster-credential',
  'crane-transform-list-plugins',
  'crane-transform-optionals',
  'volume-mover',
  'volume-free-space',
  'watch',
]);
