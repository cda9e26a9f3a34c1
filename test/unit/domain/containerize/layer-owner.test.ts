import { describe, expect, it } from 'vitest';

import { ownerInImage, readImageUser, type OwnerRule } from '../../../../src/domain/containerize/layer-owner.ts';
import { fileEntry, folderEntry } from '../../../builders/file-entries.ts';

const random = 1_000_740_000;
const rule: OwnerRule = { runningUid: random, runningGid: 0, imageUid: 1000, imageGid: 100, groupRights: true };
const own = { uid: random, gid: random };

describe('the owner of a file in the image', () => {
  it('is the user of the image for files of the running user, and group 0 has its rights', () => {
    expect(ownerInImage(fileEntry('/f', { ...own, mode: 0o600 }), rule)).toEqual({ uid: 1000, gid: 0, mode: 0o660 });
    expect(ownerInImage(folderEntry('/d', { ...own, mode: 0o2700 }), rule)).toEqual({
      uid: 1000,
      gid: 0,
      mode: 0o2770,
    });
    expect(ownerInImage(fileEntry('/x', { ...own, mode: 0o755 }), rule).mode).toBe(0o775);
  });

  it('may be read by all users in paths that all need, and run where its owner may', () => {
    const open = { ...rule, othersPaths: ['/lib'] };
    const mode = (entry: Parameters<typeof ownerInImage>[0]): number => ownerInImage(entry, open).mode;
    expect(mode(fileEntry('/lib/f', { uid: 5, mode: 0o600 }))).toBe(0o604);
    expect(mode(fileEntry('/lib/x', { uid: 5, mode: 0o700 }))).toBe(0o705);
    expect(mode(fileEntry('/lib/s', { uid: 5, mode: 0o4700 }))).toBe(0o4704);
    expect(mode(folderEntry('/lib', { uid: 5, mode: 0o700 }))).toBe(0o705);
    expect(mode(fileEntry('/lib/l', { uid: 5, kind: 'symlink', mode: 0o777 }))).toBe(0o777);
    expect(mode(fileEntry('/f', { uid: 5, mode: 0o600 }))).toBe(0o600);
  });

  it('is as it was for files of other users', () => {
    const entry = fileEntry('/f', { uid: 5, gid: 0, mode: 0o600 });
    expect(ownerInImage(entry, rule)).toEqual({ uid: 5, gid: 0, mode: 0o600 });
    const unknown = { ...rule, runningUid: undefined };
    expect(ownerInImage(fileEntry('/f', own), unknown)).toEqual({ ...own, mode: 0o644 });
  });

  it('gives nobody a program to write to that runs with the rights of its owner, and a link no rights', () => {
    expect(ownerInImage(fileEntry('/s', { ...own, mode: 0o4755 }), rule).mode).toBe(0o4755);
    expect(ownerInImage(fileEntry('/l', { ...own, kind: 'symlink', mode: 0o777 }), rule).mode).toBe(0o777);
  });

  it('has the group of the image where group 0 gets no rights', () => {
    const plain = { ...rule, runningGid: random, groupRights: false };
    expect(ownerInImage(fileEntry('/f', own), plain)).toEqual({ uid: 1000, gid: 100, mode: 0o644 });
    expect(ownerInImage(fileEntry('/f', { uid: random, gid: 7 }), plain).gid).toBe(7);
    expect(ownerInImage(fileEntry('/f', { uid: random, gid: 0 }), { ...plain, runningGid: 0 }).gid).toBe(0);
    expect(ownerInImage(fileEntry('/f', own), { ...plain, imageGid: undefined }).gid).toBe(random);
  });

  it('stays where the user of the image is not known', () => {
    expect(ownerInImage(fileEntry('/f', own), { ...rule, imageUid: undefined }).uid).toBe(random);
  });

  it('is the user of the image for what it could use only by the group of a volume', () => {
    const volumes = { ...rule, volumeGid: 2000 };
    const claim = folderEntry('/files', { gid: 2000, mode: 0o2070 });
    expect(ownerInImage(claim, volumes)).toEqual({ uid: 1000, gid: 0, mode: 0o2770 });
    const other = { ...volumes, groupRights: false };
    expect(ownerInImage(claim, other)).toEqual({ uid: 1000, gid: 100, mode: 0o2770 });
    expect(ownerInImage(claim, { ...other, imageUid: undefined, imageGid: undefined })).toMatchObject({
      uid: random,
      gid: 2000,
    });
    const unknown = { ...other, imageUid: undefined, runningUid: undefined };
    expect(ownerInImage(claim, unknown)).toMatchObject({ uid: 0, gid: 100 });
    for (const kept of [
      fileEntry('/setuid', { gid: 2000, mode: 0o4770 }),
      fileEntry('/read', { gid: 2000, mode: 0o640 }),
      fileEntry('/other', { gid: 3000, mode: 0o660 }),
    ])
      expect(ownerInImage(kept, volumes)).toEqual({ uid: 0, gid: kept.gid, mode: kept.mode });
  });
});

describe('the user of an image', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/sh\njovyan:x:1000:100::/home/jovyan:/bin/bash\n';

  it.each([
    ['', { uid: 0, gid: 0 }],
    ['jovyan', { uid: 1000, gid: 100 }],
    ['1000', { uid: 1000, gid: 100 }],
    ['1000:5', { uid: 1000, gid: 5 }],
    ['4711', { uid: 4711, gid: undefined }],
    ['nobody', undefined],
  ])('%j is %j', (user, expected) => {
    expect(readImageUser(user, passwd)).toEqual(expected);
  });

  it('is root without a list of users', () => {
    expect(readImageUser('', '')).toEqual({ uid: 0, gid: undefined });
  });
});
