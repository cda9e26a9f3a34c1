/**
 * Keys of resources, registries and files can be `__proto__`, `constructor` or `toString`. On a plain object such a key
 * sets or finds what every object inherits: a value is lost without an error, or a table answers with a function.
 * The rule reports a computed key on a value that is not an array, unless its type is a closed list of names.
 */
export const ownKeys = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      write: 'Any text can be the key: use Object.fromEntries or a Map.',
      assign: 'Object.assign sets keys as an assignment does: use Object.fromEntries or a spread.',
      read: 'Any text can be the key: use ownValue of domain/core/json-object.ts, or a Map.',
      in: '`in` finds inherited names: use Object.hasOwn.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => checker.getApparentType(services.getTypeAtLocation(node));
    const partsOf = (type) => (type.isUnion() ? type.types : [type]);
    const isClosed = (node) => partsOf(services.getTypeAtLocation(node)).every((part) => part.isLiteral());
    const isNumber = (node) => checker.isTypeAssignableTo(services.getTypeAtLocation(node), checker.getNumberType());
    const isList = (type) =>
      partsOf(type).every((part) => part.getNumberIndexType() !== undefined && part.getStringIndexType() === undefined);
    const isTarget = (node) =>
      (node.parent.type === 'AssignmentExpression' && node.parent.left === node) ||
      node.parent.type === 'UpdateExpression' ||
      (node.parent.type === 'UnaryExpression' && node.parent.operator === 'delete');
    return {
      'MemberExpression[computed=true]'(node) {
        if (isClosed(node.property)) return;
        if (isNumber(node.property) && isList(typeOf(node.object))) return;
        context.report({ node, messageId: isTarget(node) ? 'write' : 'read' });
      },
      'ObjectPattern > Property[computed=true]'(node) {
        if (!isClosed(node.key)) context.report({ node, messageId: 'read' });
      },
      "CallExpression[callee.object.name='Object'][callee.property.name='assign']"(node) {
        context.report({ node, messageId: 'assign' });
      },
      "BinaryExpression[operator='in']"(node) {
        if (node.left.type !== 'PrivateIdentifier' && !isClosed(node.left)) context.report({ node, messageId: 'in' });
      },
    };
  },
};
