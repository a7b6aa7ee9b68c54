# Training of models is optional: -DSYNFIN_WITH_XGBOOST=AUTO takes XGBoost's C
# library (Debian: libxgboost-dev) if it is there, ON needs it, OFF leaves it out.
set(SYNFIN_WITH_XGBOOST AUTO CACHE STRING "Train models with XGBoost: ON, OFF or AUTO")
set_property(CACHE SYNFIN_WITH_XGBOOST PROPERTY STRINGS ON OFF AUTO)

if(NOT SYNFIN_WITH_XGBOOST STREQUAL "OFF")
  pkg_check_modules(XGBOOST QUIET IMPORTED_TARGET xgboost)
  if(SYNFIN_WITH_XGBOOST STREQUAL "ON" AND NOT XGBOOST_FOUND)
    message(FATAL_ERROR "XGBoost was not found: install libxgboost-dev, or configure with "
                        "-DSYNFIN_WITH_XGBOOST=OFF.")
  endif()
endif()
if(XGBOOST_FOUND AND NOT SYNFIN_WITH_XGBOOST STREQUAL "OFF")
  target_sources(synfin PRIVATE ${PROJECT_SOURCE_DIR}/jobs/learn/booster_xgboost.c)
  target_link_libraries(synfin PRIVATE PkgConfig::XGBOOST)
else()
  target_sources(synfin PRIVATE ${PROJECT_SOURCE_DIR}/jobs/learn/booster_none.c)
endif()
