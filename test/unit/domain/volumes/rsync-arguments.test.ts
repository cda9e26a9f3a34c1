import { describe, expect, it } from 'vitest';

import {
  copyArguments,
  proofArguments,
  serverArguments,
  type CopyOptions,
} from '../../../../src/domain/volumes/rsync-arguments.ts';

const none: CopyOptions = { checksum: false, delete: false, owners: false, attributes: false };

/** What an option adds to the arguments. */
function addedBy(option: keyof CopyOptions, argumentsOf: (options: CopyOptions) => readonly string[]) {
  const without = argumentsOf(none);
  return argumentsOf({ ...none, [option]: true }).filter((each) => !without.includes(each));
}

describe('both programs that go over a volume', () => {
  it.each([
    ['owners', ['--owner', '--group', '--devices']],
    ['attributes', ['--acls', '--xattrs']],
    ['delete', ['--delete']],
  ] as const)('%s', (option, added) => {
    expect(addedBy(option, copyArguments)).toEqual(added);
    expect(addedBy(option, proofArguments)).toEqual(added);
  });

  it('read from the mounted volume and leave out what the file system made', () => {
    for (const given of [copyArguments(none), proofArguments(none)]) {
      expect(given.slice(-3)).toEqual(['--', '/data/', 'destination:/data/']);
      expect(given).toContain('--exclude=/lost+found');
    }
  });
});

describe('a proof', () => {
  it('changes nothing on either side', () => {
    expect(proofArguments(none)).toEqual(expect.arrayContaining(['--dry-run', '--remote-option=--dry-run']));
    expect(copyArguments(none)).not.toContain('--dry-run');
  });

  it('compares by checksum on both sides when that is asked for; a copy goes by size and time', () => {
    expect(addedBy('checksum', proofArguments)).toEqual(['--checksum', '--remote-option=--checksum']);
    expect(addedBy('checksum', copyArguments)).toEqual([]);
  });
});

describe('a copy by content', () => {
  it('copies as any other, compares by checksum on both sides and prints what a proof prints', () => {
    const added = copyArguments(none, 'by-content').filter((each) => !copyArguments(none).includes(each));
    expect(added.slice(0, 2)).toEqual(['--checksum', '--remote-option=--checksum']);
    expect(proofArguments(none)).toEqual(expect.arrayContaining(added.slice(2)));
  });
});

describe('a proof of listed files', () => {
  it('reads their names from standard input and looks at the folders around them', () => {
    const added = proofArguments(none, 'listed').filter((each) => !proofArguments(none).includes(each));
    expect(added).toEqual(['--files-from=-', '--from0', '--remote-option=--relative']);
  });
});

describe('the server', () => {
  it.each([
    [{}, '-slHtprSe.iLsfxCIvu'],
    [{ owners: true }, '-slHtpogDrSe.iLsfxCIvu'],
    [{ attributes: true }, '-slHtpAXrSe.iLsfxCIvu'],
    [{ owners: true, attributes: true }, '-slHtpogDAXrSe.iLsfxCIvu'],
  ])('sets what its client sends: %j', (given, letters) => {
    expect(serverArguments({ ...none, ...given })).toEqual(['rsync', '--server', letters]);
  });
});
