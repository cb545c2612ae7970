import { create, type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Server } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";

/** Lets tools ask a server what it speaks, by grpc.reflection.v1 and v1alpha. [NG8] */
export function addReflection(server: Server, service: DescService): void {
  const files = withImports(service.file).map(({ proto }) => proto);
  const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files }));
  new ReflectionService(loadFileDescriptorSetFromBuffer(Buffer.from(set))).addToServer(server);
}

function withImports(file: DescFile): readonly DescFile[] {
  return [...file.dependencies.flatMap(withImports), file];
}
