import { describe, expect, it } from 'vitest';

import { createSecretCheck, looksSecret } from '../../../../src/domain/scan/looks-secret.ts';

const buffer = () => {
  const bytes = Buffer.alloc(64 * 1024);
  return { bytes, textOf: (from: number, to: number) => bytes.toString('latin1', from, to) };
};
const random = ['x7Kq2LmZ9vRt4BnW', '8sYc3DfG6hJp1Qa'].join('');

describe('a variable that looks like a secret', () => {
  it.each([
    ['DB_PASSWORD', 'hunter22'],
    ['API_TOKEN', 'abc.def.ghi'],
    ['DB_PASSWORD', 'with space'],
    ['DATABASE_URL', 'postgres://app:hunter2@db/app'],
    ['X', random],
    ['X', '9f86d081884c7d659a2feaa0c55ad015'],
  ])('is %s=%s', (name, value) => {
    expect(looksSecret(name, value)).toBe(true);
  });

  it.each([
    ['PATH', '/usr/local/bin:/usr/bin'],
    ['PYTHON_VERSION', '3.12.4'],
    ['HOME', '/home/jovyan'],
    ['URL', 'https://example.com/a?b=c'],
    ['HOST', 'db.example.svc:5432'],
    ['EMPTY', ' '],
    ['DEBUG', 'true'],
    ['AUTH', 'none'],
    ['TOKEN', '/var/run/token'],
    ['TOKEN_URL', 'https://example.com/token'],
    ['PASSWORD', 'off'],
    ['DATABASE_URL', 'postgres://app:$(PASSWORD)@db/app'],
    ['TEXT', 'some words in a sentence'],
    ['CONDA_PKGS', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaA1'],
    ['LONG', 'lower_case_name_of_a_long_setting'],
    ['LONG', 'Lower_Case_Name_Of_A_Long_Setting'],
    ['LONG', 'UPPER_CASE_NAME_OF_LONG_1'],
    ['GPG', '00000000000000000000000000000000'],
  ])('is not %s=%s', (name, value) => {
    expect(looksSecret(name, value)).toBe(false);
  });

  it('may have the form of a known token', () => {
    const isSecret = createSecretCheck(buffer());
    expect(isSecret('X', ['AKIA', 'Q3EGRIT2KWXMZ7PH'].join(''))).toBe(true);
    expect(isSecret('PATH', '/usr/bin')).toBe(false);
  });
});
