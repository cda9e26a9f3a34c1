import { describe, expect, it } from 'vitest';

import { findNextLink } from '../../../../src/domain/http/link-header.ts';

// The grammar is that of RFC 8288 section 3.
describe('the link to the next page', () => {
  it.each([
    ['</v2/a?last=b>; rel="next"', '/v2/a?last=b'],
    ['</v2/a?last=b>; rel=next', '/v2/a?last=b'],
    ['</v2/a?last=b>;rel=next', '/v2/a?last=b'],
    ['</v2/a?last=b> ; rel = "next" ', '/v2/a?last=b'],
    ['</v2/a>; title="more"; rel=next', '/v2/a'],
    ['</v2/a>; title="more, and; more"; rel="next"', '/v2/a'],
    ['</v2/a>; title="say \\"rel=prev\\""; rel=next', '/v2/a'],
    ['</v2/a>; title="rel=next"; rel=prev', undefined],
    ['</v2/a>; REL="NEXT"', '/v2/a'],
    ['</v2/a>; rel="last next"', '/v2/a'],
    ['</v2/a>; rel="nextlink"', undefined],
    ['</v2/a>; rel=prev; rel=next', undefined],
    ['</v2/a>; rel=next; rel=prev', '/v2/a'],
    ['</v2/a>; xrel=next', undefined],
    ['</v2/a>; rel', undefined],
    ['</v2/a>; nofollow; rel=next', '/v2/a'],
    ['</v2/a>; ; rel=next;', '/v2/a'],
    ['</v2/a>', undefined],
    ['</style.css>; rel=preload; as=style, </v2/a?n=1,2>; rel=next', '/v2/a?n=1,2'],
    ['</v2/a>; rel=next, </v2/b>; rel=prev', '/v2/a'],
    ['</v2/b>; rel=prev; title="a, <b>; rel=next", </v2/a>; rel=next', '/v2/a'],
    [', , </v2/a>; rel=next, ', '/v2/a'],
    ['<https://registry.example/v2/a?last=b>; rel="next"', 'https://registry.example/v2/a?last=b'],
    ['< /v2/a >; rel=next', '/v2/a'],
    ['<>; rel=next', ''],
    // Not by the grammar, and known to be sent.
    ['/v2/a?last=b; rel="next"', '/v2/a?last=b'],
    ['</v2/a>; rel="next', '/v2/a'],
    ['</v2/a>; =x; "y"; rel=next', '/v2/a'],
    ['</v2/a>; rel="next"x, </v2/b>; rel=next', '/v2/a'],
    ["</v2/a>; rel='next'", '/v2/a'],
    ['</v2/a; rel=next', '/v2/a'],
    ['/v2/a', undefined],
    ['', undefined],
  ])('of %s is %s', (header, expected) => {
    expect(findNextLink(header)).toBe(expected);
  });

  it('is found without delay in a header made to be slow', () => {
    const began = performance.now();
    expect(findNextLink(`${'<a>; '.repeat(20_000)}${'"\\'.repeat(20_000)}`)).toBeUndefined();
    expect(findNextLink(`<a>;${' '.repeat(50_000)}x`)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
