import type { FailureKind } from './failure.ts';

// Harbor: `will exceed the configured upper limit`; Quay: `Quota has been exceeded`; DigitalOcean: `limit is 1`.
const noRoom =
  /quota|exceed\w* the configured|storage limit|limit is \d|insufficient storage|no space left|StatusCode: 507/i;
// nginx, by a body in HTML or by the status.
const tooLarge = /entity too large|payload too large|content too large|StatusCode: 413/i;
// Amazon ECR: `The repository with name 'a' does not exist`; Harbor: `project a not found`; others: NAME_UNKNOWN.
const noRepository =
  /name.?unknown|repository name not known|(?:repository|project|namespace)\b.{0,200}(?:not found|does not exist)/i;

/**
 * The true cause of a refused upload, which registries give with many statuses; undefined for another one.
 * @param text what the registry says, at most a few hundred characters
 */
export function classifyRefusedWrite(status: number, text: string): FailureKind | undefined {
  if (status === 507 || noRoom.test(text)) return 'quota-exceeded';
  if (status === 413 || tooLarge.test(text)) return 'upload-too-large';
  return status === 404 || noRepository.test(text) ? 'repository-missing' : undefined;
}
