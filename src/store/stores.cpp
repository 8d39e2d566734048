#include "store/stores.hpp"

#include <utility>

#include "store/file_artifact_store.hpp"
#include "store/file_upload_store.hpp"
#include "store/s3_artifact_store.hpp"
#include "store/s3_upload_store.hpp"

namespace platen {

StorePair::StorePair(const std::string& data_dir, const std::optional<s3::Target>& bucket) {
  if (bucket) {
    bucket_ = std::make_unique<s3::Bucket>(*bucket);
    keep_uploads_in(std::make_unique<S3UploadStore>(data_dir, *bucket_));
    artifacts_ = std::make_unique<S3ArtifactStore>(data_dir, *bucket_);
  } else {
    keep_uploads_in(std::make_unique<FileUploadStore>(data_dir));
    artifacts_ = std::make_unique<FileArtifactStore>(data_dir);
  }
}

template <class Store>
void StorePair::keep_uploads_in(std::unique_ptr<Store> store) {
  whole_uploads_ = store.get();
  uploads_ = std::move(store);
}

}  // namespace platen
