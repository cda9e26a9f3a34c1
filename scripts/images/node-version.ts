/** The Node.js that all images have, which is also the one of the checkout. */
export const nodeVersion = '24.21.0';
