/** YAML texts and the values that kubectl 1.34 reads from them; an integration test compares them with the program. */
export const scalarCases: readonly (readonly [text: string, value: unknown])[] = [
  ...pairs(256, ['0400', '0o400', '0O400', '+0400', '04_00', '!!int 0400', '!!int "0400"', '!!float 0400']),
  ...pairs(31, ['0x1F', '0X1f', '+0x1f', '0x_1f', '0b11111', '0B11111', '037']),
  ...pairs(-3, ['-3', '-0b11', '-0x3', '-0o3', '-03', '-_3']),
  ...pairs(1000, ['1000', '1_000', '1__000_', '1e3', '1E3', '+1e+3', '1000.', '1e_3']),
  ...pairs(0.5, ['.5', '+.5', '0.5', '00.5', '.5_0', '5e-1', '0_.5']),
  ...pairs(8, ['08', '0_8', '08.', '!!float 8']),
  ...pairs(0, ['0', '-0', '00', '0o0', '0e0', '1e-400']),
  ...pairs(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE', '!!bool "y"']),
  ...pairs(false, ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE']),
  ...pairs(null, ['~', 'null', 'Null', 'NULL', '!!null ""', '']),
  ...['yEs', 'oN', 'truE', 'nULL', 'tRUE', 'NaN', 'inf', '=', '.', '+', '-.', '.e3', '_1', '._5', '.5__0'].map(asText),
  ...['0b2', '0o8', '0b', '0x', '0x1p4', '1:30', '190:20:30', '2001-01-01', '2001-12-14t21:59:43.10Z'].map(asText),
  ...['1e400', '.1e400', '0x1ffffffffffffffff', '-0x8000000000000001', '1,000', '1 000', '1.2.3', '١'].map(asText),
  ['<<', '<<'],
  ['!!binary YQ==', 'a'],
  ['!!binary "YWI="', 'ab'],
  ['"0400"', '0400'],
  ["'yes'", 'yes'],
  ['!!str 0400', '0400'],
  ['! 0400', '0400'],
  ['9007199254740993', 9007199254740993n],
  ['-9223372036854775808', -9223372036854775808n],
  ['0x20000000000001', 9007199254740993n],
  ['0777777777777777777777', 9223372036854775807n],
  ['18446744073709551615', 18446744073709551615n],
  ['0xffffffffffffffff', 18446744073709551615n],
  ['0777777777777777777777777', 7.777777777777778e23],
  ['1.5e10', 15_000_000_000],
  ['1.0e21', 1e21],
];

/** Keys, which JSON has as strings only. */
export const keyCases: readonly (readonly [text: string, key: string])[] = [
  ['0400', '256'],
  ['1_000', '1000'],
  ['1e3', '1000'],
  ['1000000', '1000000'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['1.0', '1'],
  ['1.20', '1.2'],
  ['.5', '0.5'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1.5e-5', '1.5e-05'],
  ['0.1234567891', '0.12345679'],
  ['123456.5', '123456.5'],
  ['1234567.5', '1.2345675e+06'],
  ['1e30', '1e+30'],
  ['1e300', '.inf'],
  ['-1e300', '-.inf'],
  ['yes', 'true'],
  ['off', 'false'],
  ['2001-01-01', '2001-01-01'],
  ['"<<"', '<<'],
  ['"0400"', '0400'],
];

/** Merge keys: as go-yaml 2 has it, a map that is merged later wins over keys before it. */
export const mergeCases: readonly (readonly [text: string, value: unknown])[] = [
  ['{<<: {a: 2}, a: 1}', { a: 1 }],
  ['{a: 1, <<: {a: 2}}', { a: 2 }],
  ['{<<: {a: 1}, <<: {b: 2}}', { a: 1, b: 2 }],
  ['{<<: [{a: 2, b: 3}, {a: 5, c: 4}]}', { a: 2, b: 3, c: 4 }],
  ['{"<<": {a: 2}}', { '<<': { a: 2 } }],
  ['{a: &a {x: 0400}, b: {<<: *a, z: 1}}', { a: { x: 256 }, b: { x: 256, z: 1 } }],
  // Equal keys: the last one counts. Keys that differ by case are different.
  ['{a: 1, a: 2}', { a: 2 }],
  ['{a: {x: 1}, a: {z: 2}}', { a: { z: 2 } }],
  ['{a: 1, A: 2, a: 3}', { a: 3, A: 2 }],
  ['{a: 1, <<: {a: 2}, a: 3}', { a: 3 }],
];

/** What kubectl refuses as well. */
export const refusedYaml: readonly string[] = [
  ...['.inf', '-.Inf', '+.INF', '.nan', '!!int yes', '!!int 1.0', '!!int ""', '!!float x', '!!null x', '!!binary x'],
  ...['{<<: x}', '{<<: ~}', '{<<: [1]}', '{~: x}', '{[a]: b}', '{18446744073709551615: x}'],
];

function pairs(value: unknown, texts: readonly string[]): readonly (readonly [string, unknown])[] {
  return texts.map((text) => [text, value] as const);
}

function asText(text: string): readonly [string, unknown] {
  return [text, text];
}
