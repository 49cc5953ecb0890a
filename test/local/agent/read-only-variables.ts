// As in `MA/Constants.cs:571-708`, by namespace.
const names = {
  agent: `acceptteeeula builddirectory cloudid containerid containermapping containernetwork diagnostic
    gituseschannel homedirectory id isselfhosted jobname jobstatus machinename name os osarchitecture
    osversion usebasicauthforproxy proxybypasslist proxypassword proxyurl proxyusername readonlyvariables
    retaindefaultencoding rootdirectory runmode serveromdirectory services cainfo clientcert
    clientcertarchive clientcertkey clientcertpassword skipcertvalidation tempdirectory toolsdirectory
    version workfolder workingdirectory clean.builddirectory source.git.lfs
    source.git.shallowfetchdepth source.skip releasedirectory`,
  build: `artifactstagingdirectory binariesdirectory clean definitionname gated.runci gated.shelvesetname
    buildnumber repository.clean repository.git.submodulecheckout repository.id repository.localpath
    repository.name repository.provider repository.tfvc.workspace repository.uri sourcebranch
    sourcetfvcshelveset sourceversion sourceversionauthor sourceversionmessage sourcesdirectory
    stagingdirectory syncsources useserverworkspaces`,
  common: 'testresultsdirectory',
  pipeline: 'repository.name workspace',
  release: `attemptnumber disablerobocopy definitionid definitionname releasedescription
    artifact.download.buffersize environmentname environmenturi releaseid releasename
    artifact.download.parallellimit requestedforid releaseuri releaseweburl requestedfor robocopymt
    skipartifactsdownload`,
  system: `accesstoken artifactsdirectory collectionid culture debug defaultworkingdirectory definitionid
    definitionname enableaccesstoken hosttype isazurevm isdockercontainer jobattempt jobdisplayname jobid
    jobname phaseattempt phasedisplayname phasename planid prefergitfrompath pullrequest.targetbranch
    selfmanagegitcreds servertype sourceversionmessage stageattempt stagedisplayname stagename
    teamfoundationserveruri teamproject teamprojectid workfolder`,
  task: 'displayname skiptranslatorforcheckout publishtelemetry',
};

/** Lower-case names that a step may not overwrite once they exist, whoever set them. */
export const readOnlyVariables: ReadonlySet<string> = new Set([
  'fix_possible_git_out_of_memory_problem',
  'use_git_long_paths',
  'use_git_single_thread',
  ...Object.entries(names).flatMap(([namespace, list]) =>
    list.split(/\s+/).map((name) => `${namespace}.${name}`),
  ),
]);
