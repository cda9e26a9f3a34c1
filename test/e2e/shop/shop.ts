export type { ExpectedImage } from './catalog.ts';
export { deployShop } from './deploy.ts';
export { formatProbe, probeShop } from './probe.ts';
export type { PageAnswer, ShopProbe } from './probe.ts';
export { expectedImages } from './record.ts';
export { removeShop } from './remove.ts';
