//! A job as bytes, for engines that send their work to machines without a shared folder.

use std::io::Read;

use trimodal::Files;
use trimodal::model::problem::{BATCH_OTHER, Problem};

use crate::job::Job;

impl Job {
    /// The files of the job as one tar archive. The same job gives the same bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, bytes) in &self.files().0 {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, bytes.as_slice()).expect("memory takes it");
        }
        archive.into_inner().expect("memory takes it")
    }

    /// The job of an archive.
    pub fn unpack(bytes: &[u8]) -> Result<Job, Vec<Problem>> {
        let broken = |e: std::io::Error| {
            let message = format!("the packed job cannot be read: {e}");
            vec![Problem::new(BATCH_OTHER, message).hint("pack it again with this version")]
        };
        let mut files = Files::default();
        for entry in tar::Archive::new(bytes).entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let name = entry.path().map_err(broken)?.to_string_lossy().into_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(broken)?;
            files.0.insert(name, content);
        }
        Job::from_files(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_the_same_after_a_journey() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file")
        };
        write("points.csv", "place\nRotterdam\nHamburg\nParis\n");
        write(
            "job.toml",
            "shards = 2\n[table]\norigins = \"points.csv\"\ndestinations = \"points.csv\"\n",
        );
        let files = crate::gather(&folder.path().join("job.toml")).expect("a job");
        let job = Job::from_files(files).expect("a good job");
        let there = Job::unpack(&job.pack()).expect("the same job");
        assert_eq!((there.question(), there.shards()), (job.question(), 2));
        assert_eq!(there.pack(), job.pack());
        let none =
            crate::run_shard(&job, 2, &crate::Workspace::default(), &trimodal::Control::none());
        assert!(none.expect_err("two shards").to_string().contains("there is no shard 2"));
        assert!(Job::unpack(b"not an archive, but long enough to be read as one").is_err());
    }
}
