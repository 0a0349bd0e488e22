//! Headers of requests and responses, and whole frames.

use bytes::Bytes;

use crate::messages::{RequestHeader, ResponseHeader};
use crate::{
    ApiKey, DecodeError, DecodeFault, EncodeError, Form, Message, Reader, Request, Writer,
};

/// Why a frame is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameLenError {
    /// The length is negative.
    #[error("frame of {0} bytes: a length is never negative; is this a Kafka client?")]
    Negative(i32),
    /// The length exceeds the limit.
    #[error(
        "frame of {length} bytes exceeds socket.request.max.bytes={limit}; is this a Kafka client?"
    )]
    TooLarge {
        /// What the frame claims.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
}

/// The bytes of a frame behind its length, of which at most `limit` are taken.
pub fn frame_len(prefix: [u8; 4], limit: usize) -> Result<usize, FrameLenError> {
    let claimed = i32::from_be_bytes(prefix);
    match usize::try_from(claimed) {
        Err(_) => Err(FrameLenError::Negative(claimed)),
        Ok(length) if length > limit => Err(FrameLenError::TooLarge { length, limit }),
        Ok(length) => Ok(length),
    }
}

/// The version of a request's header: 2 from the request's first flexible version on.
pub fn request_header_version(key: ApiKey, version: i16) -> i16 {
    if is_flexible(key, version) { 2 } else { 1 }
}

/// The version of a response's header: 1 from the first flexible version on; that of
/// `ApiVersions` is always 0, since its client does not know yet what the broker speaks (KIP-511).
pub fn response_header_version(key: ApiKey, version: i16) -> i16 {
    i16::from(key != ApiKey::ApiVersions && is_flexible(key, version))
}

fn is_flexible(key: ApiKey, version: i16) -> bool {
    key.flexible_from().is_some_and(|from| version >= from)
}

/// A request as one frame, its size in front.
pub fn encode_request<R: Request>(
    correlation_id: i32,
    client_id: Option<&str>,
    version: i16,
    request: &R,
) -> Result<Vec<Bytes>, EncodeError> {
    let header = RequestHeader {
        request_api_key: R::KEY.code(),
        request_api_version: version,
        correlation_id,
        client_id: client_id.map(str::to_owned),
    };
    let mut writer = Writer::framed();
    header.encode(&mut writer, request_header_version(R::KEY, version))?;
    request.encode(&mut writer, version)?;
    Ok(writer.into_chunks())
}

/// A response as one frame, its size in front.
pub fn encode_response<M: Message>(
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    response: &M,
) -> Result<Vec<Bytes>, EncodeError> {
    let mut writer = Writer::framed();
    let header = ResponseHeader { correlation_id };
    header.encode(&mut writer, response_header_version(key, version))?;
    response.encode(&mut writer, version)?;
    Ok(writer.into_chunks())
}

/// Reads the header that every request starts with. Of an `ApiVersions` request in a version
/// that is not known only key, version and correlation id are certain; the client id is read
/// where it can be.
pub fn decode_request_header(reader: &mut Reader) -> Result<RequestHeader, DecodeError> {
    reader.field("RequestHeader.request_api_key");
    let request_api_key = reader.i16()?;
    reader.field("RequestHeader.request_api_version");
    let request_api_version = reader.i16()?;
    reader.field("RequestHeader.correlation_id");
    let correlation_id = reader.i32()?;
    reader.field("RequestHeader.client_id");
    let client_id = reader.nullable_string(Form::Classic)?;
    let Some(key) = ApiKey::from_code(request_api_key) else {
        reader.field("RequestHeader.request_api_key");
        return Err(reader.fault(DecodeFault::Unknown(request_api_key.into())));
    };
    if request_header_version(key, request_api_version) >= 2 {
        reader.field("RequestHeader.tags");
        reader.skip_tags()?;
    }
    Ok(RequestHeader {
        request_api_key,
        request_api_version,
        correlation_id,
        client_id,
    })
}

/// Reads the header of the response to a request of `key` in `version`.
pub fn decode_response_header(
    reader: &mut Reader,
    key: ApiKey,
    version: i16,
) -> Result<ResponseHeader, DecodeError> {
    ResponseHeader::decode(reader, response_header_version(key, version))
}
