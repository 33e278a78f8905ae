/** Almanac's client: one function an operation, for every surface, with nothing but fetch. */
export * from './generated/index.js';
export {
  ApiError,
  type CallOptions,
  type ClientOptions,
  call,
  type OperationCall,
  type RawBody,
  send,
} from './request.js';
