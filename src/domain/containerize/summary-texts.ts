import type { SummaryFinding, SummaryVariable } from '../schemas/documents.ts';

/** Why something is not in the image or lacks something, by its code. */
export const leftOutTexts: ReadonlyMap<string, string> = new Map([
  ['never', 'never part of an image'],
  ['excluded', 'left out'],
  ['unreadable', 'the process in the container may not read it'],
  ['vanished', 'deleted while it was read'],
  ['changed-while-read', 'it changed each time it was read'],
  ['device', 'a device'],
  ['socket', 'a socket'],
  ['invalid-name', 'its name is not valid UTF-8'],
  ['too-large', 'larger than the limit'],
  ['attributes-lost', 'in the image, without its extended attributes'],
  ['mount-inside', 'another volume is mounted there'],
]);

/** Why a variable is not in the image. */
export const variableTexts: Readonly<Record<SummaryVariable['reason'], string>> = {
  'secret-source': 'its value is from a Secret',
  'secret-name': 'its name is that of a secret',
  'secret-value': 'its value looks like a secret',
  'bound-to-place': 'its value is valid in this cluster only',
  'runtime-field': 'its value is from the pod',
  'own-rule': 'excluded by a param or the profile',
  'unknown-value': 'its ConfigMap cannot be read',
};

/** What a finding means for the image. */
export const weightTexts: Readonly<Record<SummaryFinding['weight'], string>> = {
  blocks: 'blocks the push',
  'known-package-file': 'unchanged file of a package',
  'base-image': 'in the base image already',
  allowed: 'allowed',
};
