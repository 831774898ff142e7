//! Checks whether a file still has the measured content.

use facts::extract::blob_id;
use facts::model::BlobId;

/// True if the bytes are those that Git stores under the id, apart from line ends, which may change on checkout.
pub(crate) fn holds(bytes: &[u8], blob: BlobId) -> bool {
    let unix_lines = || {
        let mut lines = bytes.to_vec();
        let mut kept = 0;
        for index in 0..bytes.len() {
            if bytes[index] != b'\r' || bytes.get(index + 1) != Some(&b'\n') {
                lines[kept] = bytes[index];
                kept += 1;
            }
        }
        lines.truncate(kept);
        lines
    };
    blob_id(bytes) == blob || (bytes.contains(&b'\r') && blob_id(&unix_lines()) == blob)
}
