import { describe, expect, it } from 'vitest';
import { corefile } from '../../../../../testbed/clusters/objects/dns.ts';

describe('corefile', () => {
  it("answers every name below a cluster's route domain with that cluster's address", () => {
    expect(corefile()).toContain('template IN A apps.source.test {\n    answer "{{ .Name }} 60 IN A 10.89.1.2"');
    expect(corefile()).toContain('template IN A apps.destination.test {\n    answer "{{ .Name }} 60 IN A 10.89.2.2"');
  });

  it('knows the public registry', () => {
    expect(corefile()).toContain('10.89.3.2 registry.public.test');
  });

  it('forwards nothing, so that foreign names fail at once', () => {
    expect(corefile()).not.toContain('forward');
  });
});
