/** Programs that are commands only: there is no Task of their name. */
export const commandsOnly: ReadonlySet<string> = new Set([
  'app-registries-add',
  'app-registries-delete',
  'app-registries-list',
  'cluster-credential',
  'crane-transform-list-plugins',
  'crane-transform-optionals',
  'volume-mover',
  'volume-free-space',
  'watch',
]);
