//! The vectors of passages: in memory for searching, in files so that nobody pays for them twice.
//!
//! Searching is a scan: exact, and fast enough for as many passages as are allowed. A file belongs to one state of one
//! document and one model; files that do not are removed, damaged ones are made again.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use resync_api::documents::model::Document;
use sha2::{Digest as _, Sha256};

use crate::documents::error::Error;
use crate::documents::store::files::hash;

/// Values multiplied at once; the compiler makes wide instructions of it.
const LANES: usize = 8;
const HASH_BYTES: usize = 32;

/// Vectors of all passages of one document.
#[derive(Debug)]
struct Rows {
    file: String,
    values: Vec<f32>,
}

/// A passage near a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Near {
    pub(crate) document: String,
    pub(crate) ordinal: u32,
    pub(crate) similarity: f64,
}

/// All vectors.
#[derive(Debug)]
pub(crate) struct Vectors {
    folder: PathBuf,
    /// Identifies the model and everything else that vectors depend on.
    model: String,
    /// Most passages; the documents that come after are not found by meaning.
    limit: usize,
    dimensions: Option<usize>,
    rows: BTreeMap<String, Rows>,
}

impl Vectors {
    /// Opens the folder, making it if need be, and loads what belongs to these documents.
    pub(crate) fn open(
        folder: &Path,
        model: &str,
        limit: usize,
        documents: &[Document],
    ) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        let mut vectors = Self {
            folder: folder.to_owned(),
            model: model.to_owned(),
            limit,
            dimensions: None,
            rows: BTreeMap::new(),
        };
        let mut expected = HashSet::new();
        for document in documents {
            let file = vectors.file(document);
            if let Some(values) = vectors.load(&file, document.passages) {
                vectors.insert(document, file.clone(), values);
            }
            expected.insert(file);
        }
        for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))?.flatten() {
            if !entry.file_name().to_str().is_some_and(|name| expected.contains(name)) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(vectors)
    }

    /// Whether this state of the document has its vectors.
    pub(crate) fn has(&self, document: &Document) -> bool {
        self.rows.get(&document.id).is_some_and(|rows| rows.file == self.file(document))
    }

    /// Whether so many more passages may come, in place of those of this document.
    pub(crate) fn has_room_for(&self, document: &Document) -> bool {
        let own = self.rows.get(&document.id).map_or(0, |rows| self.count(rows));
        self.len() - own + document.passages as usize <= self.limit
    }

    /// Passages with vectors.
    pub(crate) fn len(&self) -> usize {
        self.rows.values().map(|rows| self.count(rows)).sum()
    }

    /// Keeps the vectors of all passages of a document.
    pub(crate) fn put(&mut self, document: &Document, vectors: &[Vec<f32>]) -> Result<(), Error> {
        let dimensions = self.dimensions.or(vectors.first().map(Vec::len)).unwrap_or(0);
        if dimensions == 0 || vectors.iter().any(|vector| vector.len() != dimensions) {
            return Err(Error::Index("vectors of different lengths came".to_owned()));
        }
        let values: Vec<f32> = vectors.iter().flat_map(|vector| normalised(vector)).collect();
        let file = self.file(document);
        self.save(&file, dimensions, &values)?;
        self.forget(&document.id);
        self.dimensions = Some(dimensions);
        self.rows.insert(document.id.clone(), Rows { file, values });
        Ok(())
    }

    /// Forgets a document.
    pub(crate) fn forget(&mut self, id: &str) {
        if let Some(rows) = self.rows.remove(id)
            && !self.rows.values().any(|other| other.file == rows.file)
        {
            let _ = fs::remove_file(self.folder.join(rows.file));
        }
        if self.rows.is_empty() {
            self.dimensions = None;
        }
    }

    /// The passages nearest to a question, nearest first.
    pub(crate) fn search(&self, question: &[f32], among: &[String], least: f64, limit: usize) -> Vec<Near> {
        let Some(dimensions) = self.dimensions.filter(|dimensions| *dimensions == question.len()) else {
            return Vec::new();
        };
        let question: Vec<f32> = normalised(question).collect();
        let mut found: Vec<(f32, &str, u32)> = Vec::new();
        for (id, rows) in &self.rows {
            if !among.is_empty() && !among.contains(id) {
                continue;
            }
            for (ordinal, row) in (0..).zip(rows.values.chunks_exact(dimensions)) {
                let similarity = dot(row, &question);
                if f64::from(similarity) >= least {
                    found.push((similarity, id, ordinal));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let near = found.into_iter().take(limit).map(|(similarity, id, ordinal)| Near {
            document: id.to_owned(),
            ordinal,
            similarity: f64::from(similarity),
        });
        near.collect()
    }

    fn insert(&mut self, document: &Document, file: String, (dimensions, values): (usize, Vec<f32>)) {
        let fits = self.dimensions.is_none_or(|known| known == dimensions);
        if fits && self.has_room_for(document) {
            self.dimensions = Some(dimensions);
            self.rows.insert(document.id.clone(), Rows { file, values });
        }
    }

    fn count(&self, rows: &Rows) -> usize {
        self.dimensions.map_or(0, |dimensions| rows.values.len() / dimensions)
    }

    fn file(&self, document: &Document) -> String {
        let Document { id, title, sha256, passages, .. } = document;
        hash(format!("{id}\n{title}\n{sha256}\n{passages}\n{}", self.model).as_bytes())
    }

    /// Vectors can be made again, so they are neither synced nor missed.
    fn save(&self, file: &str, dimensions: usize, values: &[f32]) -> Result<(), Error> {
        let length =
            u32::try_from(dimensions).map_err(|_| Error::Index("vectors are too long".to_owned()))?;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend_from_slice(&Sha256::digest(&bytes));
        let path = self.folder.join(file);
        fs::write(&path, bytes).map_err(|error| failed(&path, &error))
    }

    /// Unset: there are none, or not these.
    fn load(&self, file: &str, passages: u32) -> Option<(usize, Vec<f32>)> {
        let bytes = fs::read(self.folder.join(file)).ok()?;
        let (bytes, checksum) = bytes.split_at_checked(bytes.len().checked_sub(HASH_BYTES)?)?;
        let (length, bytes_of_values) = bytes.split_first_chunk::<4>()?;
        let dimensions = u32::from_le_bytes(*length) as usize;
        let (values, rest) = bytes_of_values.as_chunks::<4>();
        let whole = Sha256::digest(bytes)[..] == *checksum
            && rest.is_empty()
            && dimensions > 0
            && values.len() == dimensions * passages as usize;
        whole.then(|| (dimensions, values.iter().map(|value| f32::from_le_bytes(*value)).collect()))
    }
}

/// Of length one, so that a product is a cosine; a vector of nothing stays one.
fn normalised(vector: &[f32]) -> impl Iterator<Item = f32> {
    let length = dot(vector, vector).sqrt();
    let scale = if length > 0.0 && length.is_finite() { 1.0 / length } else { 0.0 };
    vector.iter().map(move |value| value * scale)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Index(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
