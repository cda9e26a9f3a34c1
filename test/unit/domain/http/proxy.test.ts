import { describe, expect, it } from 'vitest';

import { chooseProxy, readContextProxy, readProxySettings } from '../../../../src/domain/http/proxy.ts';
import { thrownBy } from '../../../builders/task-error.ts';

type Environment = Readonly<Record<string, string>>;

function choose(environment: Environment, url: string): string | undefined {
  return chooseProxy(readProxySettings(environment), new URL(url));
}

// The expected values are what golang.org/x/net/http/httpproxy answers.
const noProxy =
  'foobar.com, .barbaz.net, *.wildcard.io, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, ' +
  '2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64';

const hosts: readonly [host: string, isProxied: boolean][] = [
  ['localhost', false],
  ['LOCALHOST', false],
  ['127.0.0.1', false],
  ['127.0.0.2', false],
  ['127.255.255.254', false],
  ['[::1]', false],
  ['[::ffff:127.0.0.1]', false],
  ['[::2]', true],
  ['192.168.1.1', false],
  ['[::ffff:192.168.1.1]', false],
  ['192.168.1.2', true],
  ['192.168.1.3', false],
  ['192.168.1.4', true],
  ['10.0.0.2', false],
  ['[::ffff:10.0.0.2]', false],
  ['10.0.0.4', true],
  ['[2001:db8::52:0:1]', false],
  ['[2001:0db8:0:0:0:52:0:1]', false],
  ['[2001:db8::52:0:2]', true],
  ['[2001:db8::52:0:3]', false],
  ['[2002:db8:a::123]', false],
  ['[2002:db8:a:1::123]', true],
  ['[fe80::424b:c8be:1643:a1b6]', true],
  ['barbaz.net', true],
  ['www.barbaz.net', false],
  ['foobar.com', false],
  ['www.foobar.com', false],
  ['FOOBAR.com', false],
  ['foofoobar.com', true],
  ['baz.com', true],
  ['localhost.net', true],
  ['local.localhost', true],
  ['barbarbaz.net', true],
  ['wildcard.io', true],
  ['nested.wildcard.io', false],
  ['awildcard.io', true],
];

describe('NO_PROXY', () => {
  it.each(hosts)('lets requests to %s use a proxy: %s', (host, isProxied) => {
    const proxy = choose({ HTTP_PROXY: 'http://proxy:3128', NO_PROXY: noProxy }, `http://${host}`);
    expect(proxy).toBe(isProxied ? 'http://proxy:3128/' : undefined);
  });

  it.each(hosts)('switches proxies off for %s with *', (host) => {
    expect(choose({ HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'other.example,*' }, `http://${host}`)).toBeUndefined();
  });

  it.each([
    // A NO_PROXY of an OpenShift cluster.
    ['.cluster.local,.svc,10.128.0.0/14,172.30.0.0/16,127.0.0.1,api-int.x.example', 'https://172.30.0.1:443', false],
    ['.cluster.local,.svc,10.128.0.0/14,172.30.0.0/16', 'https://kubernetes.default.svc', false],
    ['.cluster.local,.svc,10.128.0.0/14,172.30.0.0/16', 'https://172.31.0.1', true],
    ['.cluster.local,.svc,10.128.0.0/14', 'https://10.131.255.255:6443', false],
    ['fd02::/112', 'https://[fd02::1]:443', false],
    ['fd02::/112', 'https://[fd02::1:1]:443', true],
    ['::/0', 'https://10.0.0.1', true],
    ['::/0', 'https://[2001:db8::1]', false],
    ['0.0.0.0/0', 'https://10.0.0.1', false],
    ['0.0.0.0/0', 'https://api.example', true],
    ['10.0.0.0/33', 'https://10.0.0.1', true],
    ['10.0.0.0/', 'https://10.0.0.1', true],
    ['10.0.0/8', 'https://10.0.0.1', true],
    ['::ffff:10.0.0.0/104', 'https://10.9.9.9', false],
    ['::ffff:10.0.0.0/64', 'https://10.9.9.9', true],
    ['010.0.0.1', 'https://10.0.0.1', true],
    ['10.0.0.256', 'https://10.0.0.1', true],
    ['[2001:db8::1]', 'https://[2001:db8::1]', true],
    ['2001:db8::1', 'https://[2001:db8::1]:6443', false],
    ['1::2::3', 'https://[1::2:3]', true],
    ['1:2:3:4:5:6:7::8', 'https://[1:2:3:4:5:6:7:8]', true],
    ['1:2:3:4:5:6:7', 'https://[1:2:3:4:5:6:7:0]', true],
    ['1:2:3:4:5:6:7:8', 'https://[1:2:3:4:5:6:7:8]', false],
    ['12345::1', 'https://[2345::1]', true],
    ['::12345', 'https://[::2345]', true],
    ['1.2.3.4::', 'https://[102:304::]', true],
    ['2001:db8::', 'https://[2001:db8::]', false],
    ['api.example:6443', 'https://api.example:6443', false],
    ['api.example:6443', 'https://api.example', true],
    ['api.example:443', 'https://api.example', false],
    ['api.example:80', 'http://api.example', false],
    ['.example:6443', 'https://api.example:6443', false],
    [' , ,api.example , ', 'https://api.example', false],
    [':1', 'https://api.example', true],
    ['10.0.0.1', 'https://10.0.0.1.example', true],
    ['.0.0.1', 'https://10.0.0.1', true],
    ['ample.com', 'https://example.com', true],
    ['.示例.com', 'https://www.示例.com', false],
    ['xn--fsq092h.com', 'https://www.示例.com', false],
    ['示例.com', 'https://www.xn--fsq092h.com', false],
    ['示 例.com', 'https://www.xn--fsq092h.com', true],
  ])('%s lets requests to %s use a proxy: %s', (entries, url, isProxied) => {
    const environment = { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: entries };
    expect(choose(environment, url)).toBe(isProxied ? 'http://proxy:3128/' : undefined);
  });

  it('does not take the zone of an address for a domain', () => {
    const settings = readProxySettings({ HTTP_PROXY: 'http://proxy', NO_PROXY: 'example.com' });
    const url = { protocol: 'http:', hostname: '[1000::%.example.com]', port: '123' };
    expect(chooseProxy(settings, url)).toBe('http://proxy/');
  });
});

describe('the proxy of the environment', () => {
  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['cache.corp.example.com:1234', 'http://cache.corp.example.com:1234/'],
    ['cache.corp.example.com', 'http://cache.corp.example.com/'],
    ['localhost', 'http://localhost/'],
    ['localhost:3128', 'http://localhost:3128/'],
    ['https://cache.corp.example.com', 'https://cache.corp.example.com/'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['HTTP://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['[fd02::1]:3128', 'http://[fd02::1]:3128/'],
    ['socks5://127.0.0.1', 'socks5://127.0.0.1'],
    ['SOCKS5H://127.0.0.1:1080', 'socks5h://127.0.0.1:1080'],
    ['http://user:p%40ss@proxy:3128', 'http://user:p%40ss@proxy:3128/'],
    ['user:secret@proxy:3128', 'http://user:secret@proxy:3128/'],
  ])('is read from %s', (value, expected) => {
    expect(choose({ HTTP_PROXY: value }, 'http://example.com')).toBe(expected);
  });

  it('is that of the protocol', () => {
    const environment = { HTTP_PROXY: 'http.proxy.tld', HTTPS_PROXY: 'https://secure.proxy.tld' };
    expect(choose(environment, 'http://insecure.tld/')).toBe('http://http.proxy.tld/');
    expect(choose(environment, 'https://secure.tld/')).toBe('https://secure.proxy.tld/');
    expect(choose({ HTTP_PROXY: 'http.proxy.tld' }, 'https://secure.tld/')).toBeUndefined();
    expect(choose({}, 'https://secure.tld/')).toBeUndefined();
  });

  it('is named in upper or lower case, upper case first', () => {
    expect(choose({ https_proxy: 'lower' }, 'https://a.example')).toBe('http://lower/');
    expect(choose({ https_proxy: 'lower', HTTPS_PROXY: 'upper' }, 'https://a.example')).toBe('http://upper/');
    expect(choose({ https_proxy: 'lower', HTTPS_PROXY: '' }, 'https://a.example')).toBe('http://lower/');
    const excluded = { HTTPS_PROXY: 'upper', NO_PROXY: 'b.example', no_proxy: 'a.example' };
    expect(choose(excluded, 'https://a.example')).toBe('http://upper/');
    expect(choose({ HTTPS_PROXY: 'upper', no_proxy: 'a.example' }, 'https://a.example')).toBeUndefined();
  });

  it.each([
    ['socks4://127.0.0.1', /HTTPS_PROXY.*"socks4"/],
    ['socks5://', /HTTPS_PROXY.*invalid URL/],
    ['foo://user:canary@host', /HTTPS_PROXY.*"foo"/],
    ['http://canary proxy:1', /HTTPS_PROXY.*invalid URL/],
    ['http://user:100%canary@proxy', /HTTPS_PROXY.*invalid URL/],
    ['http:proxy:99999:canary', /HTTPS_PROXY.*invalid URL/],
  ])('is refused and not bypassed when it is %s', async (value, message) => {
    const error = await thrownBy(() => Promise.resolve(choose({ HTTPS_PROXY: value }, 'https://api.example')));
    expect(error.code).toBe('invalid-param');
    expect(error.message).toMatch(message);
    expect(error.message + error.remedy).not.toContain('canary');
    expect(choose({ HTTPS_PROXY: value, NO_PROXY: 'api.example' }, 'https://api.example')).toBeUndefined();
    expect(choose({ HTTPS_PROXY: value }, 'http://api.example')).toBeUndefined();
  });

  it('is not taken from HTTP_PROXY in a CGI script, where clients can set it', async () => {
    const environment = { HTTP_PROXY: 'http://10.1.2.3:8080', HTTPS_PROXY: 'http://proxy', REQUEST_METHOD: 'GET' };
    const error = await thrownBy(() => Promise.resolve(choose(environment, 'http://example.com')));
    expect(error.code).toBe('invalid-param');
    expect(choose(environment, 'https://example.com')).toBe('http://proxy/');
    expect(choose(environment, 'http://localhost')).toBeUndefined();
  });
});

describe('proxy-url of a kubeconfig', () => {
  it.each([
    ['http://proxy:3128', 'http://proxy:3128/'],
    ['https://user:secret@proxy', 'https://user:secret@proxy/'],
    ['http://127.0.0.1:3128', 'http://127.0.0.1:3128/'],
    ['socks5://user:p%40ss@127.0.0.1:1080', 'socks5://user:p%40ss@127.0.0.1:1080'],
    ['socks5h://proxy', 'socks5h://proxy'],
  ])('is %s', (text, expected) => {
    expect(readContextProxy(text, 'source')).toBe(expected);
  });

  it.each([
    ['socks4://127.0.0.1:1080', '"socks4"'],
    ['socks5://', 'invalid URL'],
    ['localhost:3128', '"localhost"'],
    ['proxy.example', 'invalid URL'],
    ['http://', 'invalid URL'],
    ['ftp://user:canary@proxy', '"ftp"'],
  ])('is refused by name when it is %s', async (text, cause) => {
    const error = await thrownBy(() => Promise.resolve(readContextProxy(text, 'source')));
    expect(error.code).toBe('kubeconfig-unreadable');
    expect(error.message).toContain('proxy-url of context "source"');
    expect(error.message).toContain(cause);
    expect(error.message + error.remedy).not.toContain('canary');
  });
});
