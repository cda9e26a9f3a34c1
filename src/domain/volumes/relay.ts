/**
 * Ports of the helper pod at the source for the endpoint `port-forward`, on its loopback address: the tunnel connects to
 * the first, and crane-transfer-pvc connects to the second with port-forward.
 */
export const relayPorts = { tunnel: 8444, carrier: 8445 } as const;

/** Byte that the helper pod sends first on a carrier, when it joins it with a connection of the tunnel. */
export const joinedByte = 1;
