import { describe, expect, it } from 'vitest';

import { Redactor } from '../../../../src/domain/core/secret.ts';
import { readS3Connection, type S3Settings } from '../../../../src/domain/source/s3-connection.ts';
import { refusalOf } from '../../../builders/task-error.ts';

const none: S3Settings = {
  config: undefined,
  credentials: undefined,
  endpoint: undefined,
  bucket: undefined,
  useSSL: undefined,
};
const read = (settings: Partial<S3Settings>, redactor = new Redactor()) =>
  readS3Connection({ ...none, endpoint: 's3.test', ...settings }, redactor);

describe('the connection to an object storage', () => {
  it('has defaults', () => {
    expect(read({})).toEqual({
      endpoint: new URL('https://s3.test'),
      bucket: 'epinio',
      region: 'us-east-1',
      credentials: undefined,
    });
    expect(read({ config: '', credentials: '', bucket: ' \n', useSSL: '' })).toEqual(read({}));
  });

  it.each<[Partial<S3Settings>, string]>([
    [{ endpoint: 's3.test:9000\n' }, 'https://s3.test:9000/'],
    [{ endpoint: 's3.test:9000', useSSL: 'false' }, 'http://s3.test:9000/'],
    [{ endpoint: 'https://s3.test/', useSSL: ' true ' }, 'https://s3.test/'],
    // The key useSSL counts, as in Epinio.
    [{ endpoint: 'http://s3.test' }, 'https://s3.test/'],
    [{ endpoint: '[::1]:9000' }, 'https://[::1]:9000/'],
  ])('%j is at %s', (settings, expected) => {
    expect(read(settings).endpoint.href).toBe(expected);
  });

  it('reads bucket, region and keys, which the redactor knows', () => {
    const redactor = new Redactor();
    const credentials = '[default]\r\naws_access_key_id = id-of-a-key\r\nAWS_SECRET_ACCESS_KEY=key=with=equals\r\n';
    const found = read({ credentials, config: '[default]\nregion = eu-west-1\n', bucket: 'b\n' }, redactor);
    expect(found).toMatchObject({ bucket: 'b', region: 'eu-west-1' });
    expect(found.credentials?.accessKey.reveal()).toBe('id-of-a-key');
    expect(found.credentials?.secretKey.reveal()).toBe('key=with=equals');
    expect(redactor.redact('key=with=equals id-of-a-key')).not.toMatch(/equals|of/);
  });

  it.each([
    ['region=a', 'a'],
    ['[profile default]\nregion=a', 'a'],
    ['[ default ]\nregion=a', 'a'],
    ['# region=a\n;region=a\n', 'us-east-1'],
    ['[other]\nregion=a', 'us-east-1'],
    ['[other]\nregion=a\n[default]\nregion=b', 'b'],
    ['region=', 'us-east-1'],
    ['=a\nregion', 'us-east-1'],
    ['[default\nregion=a', 'a'],
  ])('the configuration %j has the region %s', (config, expected) => {
    expect(read({ config }).region).toBe(expected);
  });

  it.each<[Partial<S3Settings>, string]>([
    [{ endpoint: undefined }, 'endpoint'],
    [{ endpoint: 'https://' }, 'endpoint'],
    [{ endpoint: 'user:very-secret@s3.test' }, 'endpoint'],
    [{ endpoint: 's3.test/path' }, 'endpoint'],
    [{ endpoint: 's3.test:very-secret' }, 'endpoint'],
    [{ useSSL: 'yes' }, 'useSSL'],
    [{ credentials: 'aws_access_key_id=very-secret' }, 'only one of the two keys'],
    [{ credentials: 'aws_secret_access_key=very-secret' }, 'only one of the two keys'],
  ])('%j is refused, and the message has no setting', (settings, why) => {
    const refusal = refusalOf(() => read(settings));
    expect(refusal).toMatch(/^invalid-file/);
    expect(refusal).toContain(why);
    expect(refusal).not.toContain('very-secret');
  });
});
