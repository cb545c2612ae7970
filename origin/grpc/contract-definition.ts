import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  isMessage,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { MethodDefinition, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** What a handler answers: a message, its fields, or the message as bytes that were encoded before. */
export type Encodable = MessageInitShape<DescMessage> | Buffer;

/** A contract as grpc-js takes it. The descriptors are compiled in: no .proto file is read. [NG1] */
export function toServiceDefinition(service: DescService): ServiceDefinition<UntypedServiceImplementation> {
  return Object.fromEntries(service.methods.map((method) => [method.localName, toMethodDefinition(method)]));
}

/** A method's name, as it is called. */
export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function toMethodDefinition(method: DescMethod): MethodDefinition<Encodable, Encodable> {
  return {
    path: `/${methodName(method)}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (value) => encode(method.input, value),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (value) => encode(method.output, value),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

function encode(schema: DescMessage, value: Encodable): Buffer {
  if (Buffer.isBuffer(value)) return value;
  const bytes = toBinary(schema, isMessage(value) ? value : create(schema, value));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
