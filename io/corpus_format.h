#ifndef SF_IO_CORPUS_FORMAT_H
#define SF_IO_CORPUS_FORMAT_H

// Names inside corpus.h5, for those who write it and those who read it.
//
//   /customers /merchants /transactions   groups, one dataset per column,
//       shape [rows], contiguous or compressed, little endian
//   /dictionaries/<domain>                fixed-length strings, shape [members],
//       for the columns of type dict16
//
// enum8 is an HDF5 enumeration over uint8 with the names of the members, bool8
// an enumeration FALSE, TRUE over int8 (as h5py writes numpy.bool_), date32 an
// int32, dict16 a uint16; a column of several elements per row has an array type.

// Attributes of the root group: all that defines the data, and its digest.
#define SF_ATTR_SCHEMA_VERSION "schema_version"  // uint32
#define SF_ATTR_SEED "seed"                      // uint64
#define SF_ATTR_CUSTOMERS "customers"            // uint32
#define SF_ATTR_MERCHANTS "merchants"            // uint32
#define SF_ATTR_START "start"                    // text, local date YYYY-MM-DD
#define SF_ATTR_DAYS "days"                      // int32

// Attributes of the root group of a shard (io/shard.h) beside these: which it is,
// and the number in the corpus of its first row of each table that it holds.
#define SF_ATTR_SHARD "shard"    // uint32
#define SF_ATTR_SHARDS "shards"  // uint32
#define SF_ATTR_FIRST "first_"   // int64, with the name of the table

// A corpus whose transactions, labels and features lie in shards: how many, the
// folder of the files 00000.h5, 00001.h5, ... beside it, and lists of one entry a
// shard. Up to SF_VIEW_SHARDS_MAX shards the tables stand where they always do, as
// virtual datasets; of more shards each such number has views of its own,
// /views/00000/transactions and so on, since a reader holds all files of a view
// open, and beyond the usual limit of 1,024 it would read fill values.
#define SF_ATTR_SHARD_FOLDER "shard_folder"  // text
#define SF_GROUP_SHARDS "/shards"
#define SF_SHARDS_FIRST SF_GROUP_SHARDS "/first_row"      // int64, of /transactions
#define SF_SHARDS_ROWS SF_GROUP_SHARDS "/rows"            // int64, of /transactions
#define SF_SHARDS_CUSTOMERS SF_GROUP_SHARDS "/customers"  // int64, how many
#define SF_SHARDS_DIGEST SF_GROUP_SHARDS "/digest"        // 32 hexadecimal digits, of the file
#define SF_GROUP_VIEWS "/views"
#define SF_VIEW_FORMAT SF_GROUP_VIEWS "/%05d"  // group of view 0, 1, ...
#define SF_FIRST_VIEW SF_GROUP_VIEWS "/00000"
#define SF_SHARD_FORMAT "/%05d.h5"  // name in that folder of shard 0, 1, ...
#define SF_VIEW_SHARDS_MAX 512

// Attributes of a dataset, all text; SF_ATTR_DIGEST also of the root group
// (sf_digest_of_corpus).
#define SF_ATTR_UNIT "unit"
#define SF_ATTR_RANGE "range"
#define SF_ATTR_MISSING "missing"
#define SF_ATTR_DESCRIPTION "description"
#define SF_ATTR_DIGEST "digest"          // 32 hexadecimal digits
#define SF_ATTR_DICTIONARY "dictionary"  // path of the strings of a dict16 column

#define SF_GROUP_DICTIONARIES "/dictionaries"

// Features of all transactions, float32 [rows, features].
#define SF_GROUP_FEATURES "/features"
#define SF_FEATURES_VALUES SF_GROUP_FEATURES "/values"

#endif
