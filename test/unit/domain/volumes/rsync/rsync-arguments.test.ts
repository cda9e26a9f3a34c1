import { describe, expect, it } from 'vitest';

import {
  copyArguments,
  copyByContentArguments,
  copyNamedArguments,
  partProofArguments,
  proofArguments,
  serverArguments,
} from '../../../../../src/domain/volumes/rsync/rsync-arguments.ts';
import type { CopyOptions } from '../../../../../src/domain/volumes/copier/volume-copier.ts';
import type { VolumeSurvey } from '../../../../../src/domain/volumes/copier/volume-survey.ts';

const none: CopyOptions = { checksum: false, delete: false, owners: false, attributes: false };

/** What an option adds to the arguments. */
function addedBy(option: keyof CopyOptions, argumentsOf: (options: CopyOptions) => readonly string[]) {
  const without = argumentsOf(none);
  return argumentsOf({ ...none, [option]: true }).filter((each) => !without.includes(each));
}

const unknown: VolumeSurvey = { files: undefined, hasHoles: undefined, large: [] };
const few: VolumeSurvey = { ...unknown, files: 200_000, hasHoles: true };
const many: VolumeSurvey = { ...unknown, files: 200_001, hasHoles: true };
const dense: VolumeSurvey = { ...unknown, hasHoles: false };

const programs = {
  copy: (options: CopyOptions, source = unknown) => copyArguments(options, source),
  copyByContent: (options: CopyOptions, source = unknown, apart: readonly string[] = []) =>
    copyByContentArguments(options, source, apart),
  copyNamed: (options: CopyOptions, source = unknown) => copyNamedArguments(options, source),
  proof: (options: CopyOptions, source = unknown, apart: readonly string[] = []) =>
    proofArguments(options, source, apart),
  partProof: (options: CopyOptions) => partProofArguments(options),
};

describe.each(Object.entries(programs))('the %s', (_, argumentsOf) => {
  it.each([
    ['owners', ['--owner', '--group', '--devices']],
    ['attributes', ['--acls', '--xattrs']],
    ['delete', ['--delete']],
  ] as const)('%s', (option, added) => {
    expect(addedBy(option, argumentsOf)).toEqual(added);
  });

  it('reads from the mounted volume and leaves out what the file system made', () => {
    expect(argumentsOf(none).slice(-3)).toEqual(['--', '/data/', 'destination:/data/']);
    expect(argumentsOf(none)).toContain('--exclude=/lost+found');
  });

  it('says something as soon as the other side has answered', () => {
    expect(argumentsOf(none)).toEqual(expect.arrayContaining(['--info=flist2', '--outbuf=Line']));
  });

  it('does not take a day of reading for a connection that is gone', () => {
    expect(argumentsOf(none)).toContain('--timeout=86400');
  });
});

describe('a proof', () => {
  it('changes nothing on either side', () => {
    expect(programs.proof(none)).toEqual(expect.arrayContaining(['--dry-run', '--remote-option=--dry-run']));
    expect(programs.copy(none)).not.toContain('--dry-run');
  });

  it('compares by checksum on both sides when that is asked for; a copy compares size and time', () => {
    expect(addedBy('checksum', programs.proof)).toEqual(['--checksum', '--remote-option=--checksum']);
    expect(addedBy('checksum', programs.copy)).toEqual([]);
  });
});

describe.each(['copyByContent', 'proof'] as const)('the %s', (program) => {
  it('lists few files at once on both sides, and many folder by folder', () => {
    const argumentsOf = programs[program];
    const added = argumentsOf(none, few).filter((each) => !argumentsOf(none, many).includes(each));
    expect(added).toEqual(['--no-inc-recursive', '--remote-option=--no-inc-recursive']);
    expect(argumentsOf(none, unknown)).toEqual(argumentsOf(none, many));
  });

  it('leaves out, by its place in the volume, what is compared apart', () => {
    const argumentsOf = programs[program];
    const added = argumentsOf(none, few, ['a b', 'c/d']).filter((each) => !argumentsOf(none, few).includes(each));
    expect(added).toEqual(['--exclude=/a b', '--exclude=/c/d']);
  });
});

describe.each(['copy', 'copyByContent', 'copyNamed'] as const)('the %s', (program) => {
  it('looks for holes to make unless there are surely none', () => {
    const argumentsOf = programs[program];
    const added = argumentsOf(none, many).filter((each) => !argumentsOf(none, dense).includes(each));
    expect(added).toEqual(['--sparse', '--remote-option=--sparse']);
    expect(argumentsOf(none, unknown)).toEqual(argumentsOf(none, many));
  });
});

describe('a copy by content', () => {
  it('copies as any other, compares by checksum on both sides and prints what a proof prints', () => {
    const added = programs.copyByContent(none).filter((each) => !programs.copy(none).includes(each));
    expect(added.slice(0, 2)).toEqual(['--checksum', '--remote-option=--checksum']);
    expect(programs.proof(none)).toEqual(expect.arrayContaining(added.slice(2)));
  });
});

describe('a copy of named files', () => {
  it('copies as any other, whatever it finds, and reads the names from standard input', () => {
    const added = programs.copyNamed(none).filter((each) => !programs.copy(none).includes(each));
    const names = ['--files-from=-', '--from0', '--ignore-missing-args', '--remote-option=--relative'];
    expect(added).toEqual(['--ignore-times', '--remote-option=--ignore-times', ...names]);
  });
});

describe('a proof of part of the files', () => {
  it('reads their names from standard input and looks at the folders around them', () => {
    const added = partProofArguments(none).filter((each) => !programs.proof(none).includes(each));
    expect(added).toEqual(['--files-from=-', '--from0', '--ignore-missing-args', '--remote-option=--relative']);
  });
});

describe('the server', () => {
  it.each([
    [{}, '-slHtpre.iLsfxCIvu'],
    [{ owners: true }, '-slHtpogDre.iLsfxCIvu'],
    [{ attributes: true }, '-slHtpAXre.iLsfxCIvu'],
    [{ owners: true, attributes: true }, '-slHtpogDAXre.iLsfxCIvu'],
  ])('sets what its client sends: %j', (given, letters) => {
    expect(serverArguments({ ...none, ...given })).toEqual(['rsync', '--server', letters]);
  });
});
