import { describe, expect, it } from 'vitest';

import { RequestWindow } from '../../../../src/domain/http/request-limits.ts';

describe('the window of requests', () => {
  it('doubles with each window of answers, to a bound, while nothing speaks against it', () => {
    const window = new RequestWindow();
    expect(window.size).toBe(8);
    for (let answers = 0; answers < 8; answers += 1) window.answered();
    expect(window.size).toBe(16);
    for (let answers = 0; answers < 1000; answers += 1) window.answered();
    expect(window.size).toBe(32);
  });

  it('grows by one for each window of answers after the server had enough', () => {
    const window = new RequestWindow();
    window.throttled();
    for (let answers = 0; answers < 4; answers += 1) window.answered();
    expect(window.size).toBe(4);
    for (let answers = 0; answers < 2; answers += 1) window.answered();
    expect(window.size).toBe(5);
  });

  it('halves when the server has enough, and never closes', () => {
    const window = new RequestWindow();
    window.throttled();
    expect(window.size).toBe(4);
    for (let storms = 0; storms < 20; storms += 1) window.throttled();
    expect(window.size).toBe(1);
  });

  it('opens again after a storm', () => {
    const window = new RequestWindow();
    for (let storms = 0; storms < 20; storms += 1) window.throttled();
    for (let answers = 0; answers < 50; answers += 1) window.answered();
    expect(window.size).toBeGreaterThanOrEqual(8);
  });
});
