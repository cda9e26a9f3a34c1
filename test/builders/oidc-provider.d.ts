declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  /** What the tests use of it: https://github.com/panva/node-oidc-provider/blob/main/docs/README.md */
  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    on(event: 'grant.success', listener: (context: { oidc: { params: Record<string, unknown> } }) => void): void;
  }
}
