import { describe, expect, it } from 'vitest';

import { classifyRefusedWrite } from '../../../../src/domain/oci/refused-write.ts';

describe('classifyRefusedWrite', () => {
  it.each([
    [412, 'DENIED: adding 10.0 MiB of storage resource will exceed the configured upper limit of 10.0 MiB.'],
    [403, 'DENIED: Quota has been exceeded on namespace'],
    [403, 'denied: registry contains 1 repositories, limit is 1'],
    [500, 'write /data/x: no space left on device'],
    [507, ''],
  ])('finds that there is no room in %i %s', (status, text) => {
    expect(classifyRefusedWrite(status, text)).toBe('quota-exceeded');
  });

  it.each([
    [413, ''],
    [0, 'writing blob: uploading layer chunked: StatusCode: 413, <html>'],
    [400, '<title>Request Entity Too Large</title>'],
  ])('finds that the request is too large in %i %s', (status, text) => {
    expect(classifyRefusedWrite(status, text)).toBe('upload-too-large');
  });

  it.each([
    [404, ''],
    [0, "name unknown: The repository with name 'a' does not exist in the registry with id '1'"],
    [401, 'UNAUTHORIZED: project a not found'],
    [400, 'NAME_UNKNOWN: repository name not known to registry'],
  ])('finds that the repository is missing in %i %s', (status, text) => {
    expect(classifyRefusedWrite(status, text)).toBe('repository-missing');
  });

  it.each([
    [403, 'DENIED: requested access to the resource is denied'],
    [401, 'authentication required'],
    [500, 'internal server error'],
  ])('leaves %i %s to its status', (status, text) => {
    expect(classifyRefusedWrite(status, text)).toBeUndefined();
  });
});
