import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { dataKeyLength, dataKeyOf } from '../../../../src/adapters/age/data-key.ts';

const aKey = () => dataKeyOf(randomBytes(dataKeyLength), 'sealed');
const value = Buffer.from([0, 0xff, 10]).toString('base64');

describe('a value that a data key sealed', () => {
  it('is opened by the same key at the same place, and is other bytes each time', () => {
    const key = aKey();
    expect(key.unseal(key.seal(value, 'here'), 'here')).toBe(value);
    expect(key.unseal(key.seal('', 'here'), 'here')).toBe('');
    expect(key.seal(value, 'here')).not.toBe(key.seal(value, 'here'));
  });

  it('is refused at another place and by another key', () => {
    const key = aKey();
    const sealed = key.seal(value, 'here');
    for (const open of [() => key.unseal(sealed, 'there'), () => aKey().unseal(sealed, 'here')])
      expect(open).toThrow('it was changed, or is the value of another key or Secret');
  });

  it('is refused when any byte of it was changed or is missing', () => {
    const key = aKey();
    const sealed = Buffer.from(key.seal(value, 'here'), 'base64');
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed.at(place) ?? 0) ^ 1, place);
      expect(() => key.unseal(changed.toString('base64'), 'here'), `byte ${String(place)}`).toThrow();
      expect(() => key.unseal(sealed.subarray(0, place).toString('base64'), 'here'), `cut ${String(place)}`).toThrow();
    }
  });
});
